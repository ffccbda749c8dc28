import { id_ce_subjectKeyIdentifier } from "@peculiar/asn1-x509";
import { makeCa } from "../x509/make-certificate";
import { keys } from "../x509/make-keys";
import { makeAlternativeNames } from "../x509/make-names";
import { existing, payments, refusesChoreoConnect } from "./make-choreo-connect";

describe("A backend's own certificate", () => {
  const addresses = makeAlternativeNames({ iPAddress: "192.0.2.7" });
  const endpoints = (...urls: string[]) => payments({ endpoints: urls });
  refusesChoreoConnect([
    [
      "one for another host",
      existing(["stock.example", "stock"]),
      'backends.payments.endpoints[0]: https://payments.example:8443/v1 is at payments.example, and the certificate in choreoConnect.backends.payments.existing is not for that (its names are "stock.example", "stock"): the router would refuse it. Write the host as the certificate has it, or give the certificate that the backend shows there',
    ],
    [
      "one without names",
      existing([]),
      'backends.payments.endpoints[0]: https://payments.example:8443/v1 is at payments.example, and the certificate in choreoConnect.backends.payments.existing is not for that (it has no names: its common name, "payments", does not count): the router would refuse it. Write the host as the certificate has it, or give the certificate that the backend shows there',
    ],
    [
      "a self-signed one as openssl req -x509 makes it, with the host in its common name only",
      payments({ existing: makeCa({ subject: [["CN", "payments.example"]] }) }),
      'backends.payments.endpoints[0]: https://payments.example:8443/v1 is at payments.example, and the certificate in choreoConnect.backends.payments.existing is not for that (it has no names: its common name, "payments.example", does not count): the router would refuse it. Write the host as the certificate has it, or give the certificate that the backend shows there',
    ],
    [
      "a self-signed one for a host whose capitals stand in the URL only",
      {
        ...payments({ existing: makeCa({ subject: [["CN", "mockbackend"]] }) }),
        ...endpoints("https://mockBackend:2383/v2"),
      },
      'backends.payments.endpoints[0]: https://mockBackend:2383/v2 is at mockBackend, and the certificate in choreoConnect.backends.payments.existing is not for that (it has no names: its common name, "mockbackend", does not count): the router would refuse it. Write the host as the certificate has it, or give the certificate that the backend shows there',
    ],
    [
      "a CA of it with a key that the router does not read",
      payments({ existing: makeCa({ keys: keys("secp256k1") }) }),
      "backends.payments.existing: CN=Test CA has an ECDSA-secp256k1 key, which BoringSSL (the router) refuses. Have it issued again without that where it is made",
    ],
    [
      "one with a critical extension that nobody knows, and one that is signed with SHA-1",
      existing(["payments.example"], {
        digest: "sha1",
        critical: [id_ce_subjectKeyIdentifier],
      }),
      'backends.payments.existing: CN=payments has a critical extension, "subjectKeyIdentifier", which BoringSSL (the router) refuses. Have it issued again without that where it is made',
      "backends.payments.existing: CN=payments is signed by ecdsa-with-SHA1, and such signatures can be forged. Have it issued again without that where it is made",
    ],
    [
      "one with a short RSA key",
      existing(["payments.example"], { keys: keys("rsa1024") }),
      "backends.payments.existing: CN=payments has an RSA key of only 1024 bits, which is too short. Have it issued again without that where it is made",
    ],
    [
      "one that is for one endpoint only",
      { ...existing(), ...endpoints("https://payments.example", "https://pay.example/v2") },
      'backends.payments.endpoints[1]: https://pay.example/v2 is at pay.example, and the certificate in choreoConnect.backends.payments.existing is not for that (its names are "payments.example"): the router would refuse it. Write the host as the certificate has it, or give the certificate that the backend shows there',
    ],
    [
      "one without the address",
      { ...existing(), ...endpoints("https://192.0.2.7:8443") },
      'backends.payments.endpoints[0]: https://192.0.2.7:8443 is at 192.0.2.7, and the certificate in choreoConnect.backends.payments.existing is not for that (its names are "payments.example"): the router would refuse it. Write the host as the certificate has it, or give the certificate that the backend shows there',
    ],
    [
      "one for another address",
      { ...existing([], { extensions: [addresses] }), ...endpoints("https://192.0.2.8") },
      'backends.payments.endpoints[0]: https://192.0.2.8 is at 192.0.2.8, and the certificate in choreoConnect.backends.payments.existing is not for that (its names are "192.0.2.7"): the router would refuse it. Write the host as the certificate has it, or give the certificate that the backend shows there',
    ],
    [
      "a wildcard two labels up",
      { ...existing(["*.example.org"]), ...endpoints("https://a.b.example.org") },
      'backends.payments.endpoints[0]: https://a.b.example.org is at a.b.example.org, and the certificate in choreoConnect.backends.payments.existing is not for that (its names are "*.example.org"): the router would refuse it. Write the host as the certificate has it, or give the certificate that the backend shows there',
    ],
    [
      "one that has expired",
      existing(["payments.example"], { notAfter: "2026-01-01T00:00:00Z" }),
      "backends.payments.existing: expired on 2026-01-01T00:00:00.000Z: give its successor, or leave it out to have one issued here",
    ],
    [
      "CAs that have all expired",
      payments({ existing: makeCa({ notAfter: "2026-01-01T00:00:00Z" }) }),
      "backends.payments.existing: expired on 2026-01-01T00:00:00.000Z: give its successor, or leave it out to have one issued here",
    ],
    [
      "nothing about CAs of which one has expired",
      payments({ existing: makeCa({ notAfter: "2026-01-01T00:00:00Z" }) + makeCa() }),
    ],
    [
      "nothing about a wildcard",
      { ...existing(["*.example.org"]), ...endpoints("https://pay.example.org") },
    ],
    [
      "nothing about its address",
      { ...existing([], { extensions: [addresses] }), ...endpoints("https://192.0.2.7") },
    ],
  ]);
});
