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
      'backends.payments.endpoints[0]: https://payments.example:8443/v1 is at payments.example, but the certificate in choreoConnect.backends.payments.existing is not for this host (its names are "stock.example", "stock"): the router would refuse it. Write the host as it is in the certificate, or give the certificate that the backend shows there',
    ],
    [
      "one without names",
      existing([]),
      'backends.payments.endpoints[0]: https://payments.example:8443/v1 is at payments.example, but the certificate in choreoConnect.backends.payments.existing is not for this host (it has no names: its common name, "payments", does not count): the router would refuse it. Write the host as it is in the certificate, or give the certificate that the backend shows there',
    ],
    [
      "a self-signed one as openssl req -x509 creates it, with the host only in its common name",
      payments({ existing: makeCa({ subject: [["CN", "payments.example"]] }) }),
      'backends.payments.endpoints[0]: https://payments.example:8443/v1 is at payments.example, but the certificate in choreoConnect.backends.payments.existing is not for this host (it has no names: its common name, "payments.example", does not count): the router would refuse it. Write the host as it is in the certificate, or give the certificate that the backend shows there',
    ],
    [
      "a self-signed one for a host with capitals only in the URL",
      {
        ...payments({ existing: makeCa({ subject: [["CN", "mockbackend"]] }) }),
        ...endpoints("https://mockBackend:2383/v2"),
      },
      'backends.payments.endpoints[0]: https://mockBackend:2383/v2 is at mockBackend, but the certificate in choreoConnect.backends.payments.existing is not for this host (it has no names: its common name, "mockbackend", does not count): the router would refuse it. Write the host as it is in the certificate, or give the certificate that the backend shows there',
    ],
    [
      "a CA of it with a key that the router does not support",
      payments({ existing: makeCa({ keys: keys("secp256k1") }) }),
      "backends.payments.existing: CN=Test CA has an ECDSA-secp256k1 key, which BoringSSL (the router) refuses. Have its issuer issue another one without this",
    ],
    [
      "one with an unknown critical extension, and one that is signed with SHA-1",
      existing(["payments.example"], {
        digest: "sha1",
        critical: [id_ce_subjectKeyIdentifier],
      }),
      'backends.payments.existing: CN=payments has a critical extension, "subjectKeyIdentifier", which BoringSSL (the router) refuses. Have its issuer issue another one without this',
      "backends.payments.existing: CN=payments is signed by ecdsa-with-SHA1, and such signatures can be forged. Have its issuer issue another one without this",
    ],
    [
      "one with a short RSA key",
      existing(["payments.example"], { keys: keys("rsa1024") }),
      "backends.payments.existing: CN=payments has an RSA key of only 1024 bits, which is too short. Have its issuer issue another one without this",
    ],
    [
      "one that is only for one endpoint",
      { ...existing(), ...endpoints("https://payments.example", "https://pay.example/v2") },
      'backends.payments.endpoints[1]: https://pay.example/v2 is at pay.example, but the certificate in choreoConnect.backends.payments.existing is not for this host (its names are "payments.example"): the router would refuse it. Write the host as it is in the certificate, or give the certificate that the backend shows there',
    ],
    [
      "one without the address",
      { ...existing(), ...endpoints("https://192.0.2.7:8443") },
      'backends.payments.endpoints[0]: https://192.0.2.7:8443 is at 192.0.2.7, but the certificate in choreoConnect.backends.payments.existing is not for this host (its names are "payments.example"): the router would refuse it. Write the host as it is in the certificate, or give the certificate that the backend shows there',
    ],
    [
      "one for another address",
      { ...existing([], { extensions: [addresses] }), ...endpoints("https://192.0.2.8") },
      'backends.payments.endpoints[0]: https://192.0.2.8 is at 192.0.2.8, but the certificate in choreoConnect.backends.payments.existing is not for this host (its names are "192.0.2.7"): the router would refuse it. Write the host as it is in the certificate, or give the certificate that the backend shows there',
    ],
    [
      "a wildcard two labels up",
      { ...existing(["*.example.org"]), ...endpoints("https://a.b.example.org") },
      'backends.payments.endpoints[0]: https://a.b.example.org is at a.b.example.org, but the certificate in choreoConnect.backends.payments.existing is not for this host (its names are "*.example.org"): the router would refuse it. Write the host as it is in the certificate, or give the certificate that the backend shows there',
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
      "nothing about CAs if only one has expired",
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
