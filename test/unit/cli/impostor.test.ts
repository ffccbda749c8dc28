import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { impostorOf } from "../../../verify/rehearsal/refusals";
import { checkIssuedBy, keyMatchesCertificate, readCertificate } from "../../../x509";
import { makeCa, makeLeaf } from "../x509/make-certificate";

describe("an impostor", () => {
  const genuine = readCertificate(makeLeaf());
  const ca = readCertificate(makeCa());
  const { certificate, key } = impostorOf(genuine.pem);
  const copy = readCertificate(certificate);

  it("has everything of the genuine certificate except its key", () => {
    const { pem, fingerprint, publicKeyFingerprint, ...rest } = copy;
    assert.deepEqual({ ...genuine, pem, fingerprint, publicKeyFingerprint }, copy);
    assert.notEqual(publicKeyFingerprint, genuine.publicKeyFingerprint);
    assert.equal(rest.subject.text, "O=MyOrg1MSP");
  });

  it("has its own key", () => {
    assert.ok(keyMatchesCertificate(key, certificate));
  });

  it("differs only in its CA's signature", () => {
    assert.deepEqual(
      checkIssuedBy(copy, ca).map(({ code }) => code),
      ["signature"],
    );
    assert.ok(new X509Certificate(genuine.pem).verify(new X509Certificate(ca.pem).publicKey));
  });
});
