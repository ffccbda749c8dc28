import assert from "node:assert/strict";
import { createECDH, createHash, createHmac } from "node:crypto";
import { CertificationRequest } from "@peculiar/asn1-csr";
import { AsnConvert } from "@peculiar/asn1-schema";
import {
  KEY_ALGORITHMS,
  checkRequest,
  describeKey,
  publicKeyFingerprint,
  readCertificateRequest,
  readPem,
} from "../../../x509";
import { sameRequest, writeCertificateRequest } from "../../../x509/certificate-request";
import { keys } from "./make-keys";
import { makeAlternativeNames } from "./make-names";
import { keyPem } from "./make-pkcs12";
import { makeRequest, type RequestOptions } from "./make-request";
import { CONTENT, writeRequest } from "./written-request";

const NO_NAMES = { dnsNames: [], ipAddresses: [], uris: [] };

/** Kinds of keys, with the request's signature algorithm. */
const KINDS = {
  rsa2048: "sha256WithRSAEncryption",
  p256: "ecdsa-with-SHA256",
  p384: "ecdsa-with-SHA384",
  p521: "ecdsa-with-SHA512",
  ed25519: "Ed25519",
} as const;
type Kind = keyof typeof KINDS;

describe("a certificate request that is written for a key", () => {
  for (const [kind, algorithm] of Object.entries(KINDS) as [Kind, string][])
    describe(`of kind ${kind}`, () => {
      it("is signed by that key, and asks for exactly the subject and the names", () => {
        const request = readCertificateRequest(writeRequest(kind));
        assert.equal(request.provesPossession, true);
        assert.equal(request.signatureAlgorithm, algorithm);
        assert.equal(request.publicKeyFingerprint, publicKeyFingerprint(keys(kind).publicKey));
        assert.equal(request.keyIsCanonical, true);
        assert.equal(request.version, "0");
        assert.deepEqual(
          request.subject.attributes.map(({ name, value }) => [name, value]),
          [
            ["O", CONTENT.organization],
            ["CN", CONTENT.commonName],
          ],
        );
        const { dnsNames, ipAddresses, uris, emailAddresses, otherNames } = request;
        const { organization, commonName } = CONTENT;
        assert.deepEqual({ organization, commonName, dnsNames, ipAddresses, uris }, CONTENT);
        assert.deepEqual([emailAddresses, otherNames], [[], 0]);
        assert.deepEqual([request.extensionRequests, request.otherAttributes], [1, []]);
      });

      it("is the same, byte by byte, each time, whatever the form of the key", () => {
        const request = writeRequest(kind);
        assert.equal(writeRequest(kind), request);
        const { privateKey } = keys(kind);
        const other = kind === "rsa2048" ? "pkcs1" : kind === "ed25519" ? "pkcs8" : "sec1";
        assert.equal(writeCertificateRequest(keyPem(privateKey, other), CONTENT), request);
        assert.notEqual(writeRequest(kind, { commonName: "another" }), request);
      });

      it("is admitted, if its content is granted", () => {
        const grant = { ...CONTENT, keyAlgorithms: KEY_ALGORITHMS, source: "enrollments.org-1" };
        const codes = checkRequest(writeRequest(kind), grant).violations.map(({ code }) => code);
        // P-521 is readable, but no party gets such a key.
        assert.deepEqual(codes, kind === "p521" ? ["key-algorithm"] : []);
      });
    });

  it("has no attribute if it asks for no names", () => {
    const { der } = readPem(writeRequest("p256", NO_NAMES), "CERTIFICATE REQUEST", "the request");
    const { attributes } = AsnConvert.parse(der, CertificationRequest).certificationRequestInfo;
    assert.deepEqual([...attributes], []);
    const { dnsNames, ipAddresses, uris, ...request } = readCertificateRequest(
      writeRequest("p256", NO_NAMES),
    );
    assert.deepEqual({ dnsNames, ipAddresses, uris }, NO_NAMES);
    assert.deepEqual([request.provesPossession, request.extensionRequests], [true, 0]);
  });

  it("asks for an address in canonical form, in whatever form it is given", () => {
    const given = ["2001:0DB8:0::1", "::", "::1", "fe80::", "1:2:3:4:5:6:7:8"];
    const { ipAddresses } = readCertificateRequest(writeRequest("p256", { ipAddresses: given }));
    assert.deepEqual(ipAddresses, ["2001:db8::1", "::", "::1", "fe80::", "1:2:3:4:5:6:7:8"]);
  });

  it("is refused for curves without a digest of their size", () => {
    for (const kind of ["p224", "secp256k1"] as const)
      assert.throws(() => writeRequest(kind), {
        message: `a key of kind ${describeKey(keys(kind).publicKey)} cannot sign a certificate request`,
      });
  });

  it("is refused for keys that do not sign, or only with other padding", () => {
    for (const kind of ["x25519", "rsaPss"] as const)
      assert.throws(
        () => writeRequest(kind),
        /^PemError: the key of the request: a PRIVATE KEY block/,
      );
  });
});

/** Curves, with the digest of their size and their order (FIPS 186-4 D.1.2). */
const CURVES = {
  p256: {
    curve: "prime256v1",
    digest: "sha256",
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  p384: {
    curve: "secp384r1",
    digest: "sha384",
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
} as const;
type Curve = (typeof CURVES)[keyof typeof CURVES];

const numberOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
const octetsOf = (value: bigint, size: number) =>
  Buffer.from(value.toString(16).padStart(2 * size, "0"), "hex");

/** The nonce of a signature (RFC 6979 section 3.2), for curves of the digest's size. */
function nonceOf({ digest, order }: Curve, scalar: Uint8Array, message: Uint8Array): bigint {
  const hash = createHash(digest).update(message).digest();
  const reduced = octetsOf(numberOf(hash) % order, hash.length);
  let key = Buffer.alloc(hash.length, 0);
  let value = Buffer.alloc(hash.length, 1);
  const hmac = (...parts: Uint8Array[]) =>
    createHmac(digest, key).update(Buffer.concat(parts)).digest();
  for (const step of [0, 1]) {
    key = hmac(value, Buffer.of(step), scalar, reduced);
    value = hmac(value);
  }
  for (;;) {
    value = hmac(value);
    const nonce = numberOf(value);
    if (nonce > 0n && nonce < order) return nonce;
    key = hmac(value, Buffer.of(0));
    value = hmac(value);
  }
}

/** The first integer of an ECDSA signature that is made with a nonce. */
function firstOf({ curve, order }: Curve, nonce: bigint, size: number): bigint {
  const point = createECDH(curve);
  point.setPrivateKey(octetsOf(nonce, size));
  return numberOf(point.getPublicKey().subarray(1, 1 + size)) % order;
}

describe("the ECDSA signature of a written certificate request", () => {
  it("is compared with a calculation that gives the result of RFC 6979 A.2.5", () => {
    const scalar = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
    const nonce = nonceOf(CURVES.p256, Buffer.from(scalar, "hex"), Buffer.from("sample"));
    assert.equal(
      nonce.toString(16),
      "a6e3c57dd01abe90086538398355dd4c3b17aa873382b0f24d6129493d8aad60",
    );
    assert.equal(
      firstOf(CURVES.p256, nonce, 32).toString(16),
      "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
    );
  });

  for (const [kind, curve] of Object.entries(CURVES) as [keyof typeof CURVES, Curve][])
    it(`has the nonce that RFC 6979 derives from key and content, with ${kind}`, () => {
      const { d = "" } = keys(kind).privateKey.export({ format: "jwk" });
      const scalar = Buffer.from(d, "base64url");
      for (const commonName of ["one", "two", "three", "four"]) {
        const { der } = readPem(writeRequest(kind, { commonName }), "CERTIFICATE REQUEST", "it");
        const { certificationRequestInfo, signature } = AsnConvert.parse(der, CertificationRequest);
        const signed = Buffer.from(AsnConvert.serialize(certificationRequestInfo));
        // SEQUENCE { INTEGER, INTEGER }, all shorter than 128 bytes.
        const [, , , length = 0, ...rest] = Buffer.from(signature);
        assert.equal(
          numberOf(Buffer.from(rest.slice(0, length))),
          firstOf(curve, nonceOf(curve, scalar, signed), scalar.length),
        );
      }
    });
});

describe("a known certificate request", () => {
  /** A request by somebody else, who writes the names in one extension too, but in another order. */
  const byAnother = (options: RequestOptions = {}) =>
    makeRequest({
      subject: [
        ["O", { printableString: CONTENT.organization }],
        ["CN", CONTENT.commonName],
      ],
      extensions: [
        makeAlternativeNames(
          ...CONTENT.uris.map((uri) => ({ uniformResourceIdentifier: uri })),
          ...[...CONTENT.ipAddresses].reverse().map((iPAddress) => ({ iPAddress })),
          ...[...CONTENT.dnsNames].reverse().map((dNSName) => ({ dNSName })),
        ),
      ],
      ...options,
    });

  it("is kept if it says the same, whoever wrote it and in whatever order", () => {
    const own = writeRequest("p256");
    const known = byAnother();
    assert.notEqual(known, own);
    assert.equal(sameRequest(own, [known]), known);
    const others = [writeRequest("p384"), byAnother({ keys: keys("otherP256") })];
    assert.equal(sameRequest(own, [...others, known]), known);
    // The signature of another one differs each time.
    assert.equal(sameRequest(own, [known, byAnother()]), known);
  });

  it("is kept if it asks for no names, as the own one does", () => {
    const known = byAnother({ extensions: [] });
    assert.equal(sameRequest(writeRequest("p256", NO_NAMES), [known]), known);
  });

  it("is not kept if the own one is known, too", () => {
    const own = writeRequest("p256");
    assert.equal(sameRequest(own, [byAnother(), own]), own);
    assert.equal(sameRequest(own, []), own);
  });

  const subject = (...attributes: [string, string][]) => ({ subject: attributes });
  const names = (...own: Parameters<typeof makeAlternativeNames>) => ({
    extensions: [makeAlternativeNames(...own)],
  });
  const { organization, commonName } = CONTENT;
  const [one = "", other = ""] = CONTENT.dnsNames;
  const [address = "", address6 = ""] = CONTENT.ipAddresses;
  const [uniformResourceIdentifier = ""] = CONTENT.uris;
  const hosts = [{ dNSName: one }, { dNSName: other }];
  const addresses = [{ iPAddress: address }, { iPAddress: address6 }];
  const uris = [{ uniformResourceIdentifier }];
  const different: Readonly<Record<string, RequestOptions>> = {
    "another key": { keys: keys("otherP256") },
    "another kind of key": { keys: keys("p384") },
    "another organization": subject(["O", "MyOrg2MSP"], ["CN", commonName]),
    "another common name": subject(["O", organization], ["CN", "another"]),
    "no common name": subject(["O", organization]),
    "a further attribute in its subject": subject(
      ["O", organization],
      ["OU", "client"],
      ["CN", commonName],
    ),
    "no names": { extensions: [] },
    "a DNS name less": names(...hosts.slice(1), ...addresses, ...uris),
    "a DNS name more": names(...hosts, { dNSName: "other.example" }, ...addresses, ...uris),
    "another address": names(...hosts, { iPAddress: "10.0.0.2" }, ...addresses.slice(1), ...uris),
    "another URI": names(...hosts, ...addresses, { uniformResourceIdentifier: "spiffe://other" }),
    "an e-mail address": names(...hosts, ...addresses, ...uris, { rfc822Name: "a@org-1.example" }),
    "an address that is written as a DNS name": names(
      ...hosts,
      { dNSName: address },
      ...addresses.slice(1),
      ...uris,
    ),
  };
  it("differs below only in what a title says", () => {
    const own = writeRequest("p256");
    const known = byAnother(names(...hosts, ...addresses, ...uris));
    assert.equal(sameRequest(own, [known]), known);
    const same = byAnother(subject(["O", organization], ["CN", commonName]));
    assert.equal(sameRequest(own, [same]), same);
  });
  for (const [title, options] of Object.entries(different))
    it(`is not kept with ${title}`, () => {
      const own = writeRequest("p256");
      assert.equal(sameRequest(own, [byAnother(options)]), own);
    });
});
