import assert from "node:assert/strict";
import { keyMatchesCertificate, readCertificateRequest } from "../../../x509";
import type { Run } from "../mock-engine";
import { find, treeOf } from "../tree";
import {
  CONSORTIUM,
  MEMBER,
  enrol,
  outputsOf,
  registered,
  requestedOf,
  runConsortium,
  runMember,
  said,
  secretOf,
  stacksOf,
  topsOf,
} from "./parties";

describe("the keys of an organization in its own stack", () => {
  let signed: Run<unknown>;
  let deployed: Run<unknown>;
  before(async () => ({ signed, deployed } = await enrol()));

  const withKeys = (certificate: object, consortium: Run<unknown>, { state }: Run<unknown>) =>
    runMember({ certificate }, { state, stacks: stacksOf({ [CONSORTIUM]: consortium }) });
  const pairOf = (run: Run<unknown>) => secretOf(run, "my-org2-msp-client-pair");
  const keysIn = ({ resources }: Run<unknown>) =>
    treeOf(resources)
      .filter((line) => line.includes("PrivateKey"))
      .map((line) => line.trim().split(" ")[1]);

  describe("that are rotated", () => {
    const pending =
      "the consortium has not signed the request for key k2 of MyOrg2MSP yet; k1 stays in use until then";
    let requested: Run<unknown>;
    let resigned: Run<unknown>;
    let taken: Run<unknown>;
    before(async () => {
      requested = await withKeys({ keys: ["k1", "k2"] }, signed, deployed);
      resigned = await runConsortium(
        {},
        { state: signed.state, stacks: stacksOf({ [MEMBER]: requested }) },
      );
      taken = await withKeys({ keys: ["k1", "k2"] }, resigned, requested);
    });

    it("use the old one while the new one waits for its certificate", () => {
      assert.deepEqual(requested.errors, []);
      assert.deepEqual(said(requested), [`info: MyOrg2MSP waits: ${pending}`]);
      assert.deepEqual(outputsOf(requested).waiting, { MyOrg2MSP: pending });
      assert.deepEqual(keysIn(requested), ["my-org2-msp-k1-key", "my-org2-msp-k2-key"]);
      assert.deepEqual(pairOf(requested), pairOf(deployed));
      assert.equal(requestedOf(requested).key, "k2");
      assert.notEqual(requestedOf(requested).request, requestedOf(deployed).request);
    });

    it("change once the new one has its certificate", () => {
      assert.deepEqual(taken.errors, []);
      assert.deepEqual(said(taken), []);
      assert.equal(outputsOf(taken).waiting, undefined);
      const { "tls.crt": certificate = "", "tls.key": key = "" } = pairOf(taken);
      assert.notEqual(key, pairOf(deployed)["tls.key"]);
      assert.equal(keyMatchesCertificate(key, certificate), true);
      assert.equal(keyMatchesCertificate(pairOf(deployed)["tls.key"] ?? "", certificate), false);
    });

    it("lose the old one when the configuration no longer lists it, and nothing else changes", async () => {
      const only = await withKeys({ keys: ["k2"] }, resigned, taken);
      assert.deepEqual(only.errors, []);
      assert.deepEqual(keysIn(only), ["my-org2-msp-k2-key"]);
      assert.deepEqual(pairOf(only), pairOf(taken));
      assert.deepEqual(
        Object.keys(
          (registered(only, "my-org2-msp", "Enrollment") as { requests: object }).requests,
        ),
        ["k2"],
      );
    });

    it("must not lose the one whose certificate is deployed", async () => {
      for (const stacks of [stacksOf({ [CONSORTIUM]: signed }), {}]) {
        const certificate = { keys: ["k2"] };
        const run = await runMember({ certificate }, { state: requested.state, stacks });
        assert.deepEqual(topsOf(run), []);
        assert.deepEqual(run.errors, [
          "countersign:organizations.MyOrg2MSP.certificate.keys no longer lists the key whose certificate is deployed, and no other has one yet: restore it, before the newest key, until the consortium has signed the newest key's request",
        ]);
      }
    });
  });

  it("are never changed in place", async () => {
    const run = await withKeys({ algorithm: "ECDSA-P384" }, signed, deployed);
    assert.deepEqual(topsOf(run), []);
    assert.deepEqual(run.errors, [
      "countersign:organizations.MyOrg2MSP.certificate.algorithm is ECDSA-P384, but key k1 is ECDSA-P256 and a key is never changed in place: add another name at the end of certificate.keys for the new key",
    ]);
  });

  it("may have another algorithm under another name", async () => {
    const run = await withKeys({ algorithm: "ECDSA-P384", keys: ["k1", "k2"] }, signed, deployed);
    assert.deepEqual(run.errors, []);
    const { keyAlgorithm } = readCertificateRequest(requestedOf(run).request);
    assert.equal(keyAlgorithm, "ECDSA-P384");
    for (const name of ["k1", "k2"])
      assert.deepEqual(find(run.resources, `my-org2-msp-${name}-key`).ignoreChanges, [
        "algorithm",
        "ecdsaCurve",
        "rsaBits",
      ]);
    assert.deepEqual(pairOf(run), pairOf(deployed));
  });

  it("may be an existing one", async () => {
    const key = pairOf(deployed)["tls.key"] ?? "";
    const asked = await runMember({ certificate: { key } }, { cluster: false });
    assert.deepEqual(asked.errors, []);
    assert.deepEqual(keysIn(asked), []);
    assert.equal(requestedOf(asked).key, "existing");
    const { publicKeyFingerprint } = readCertificateRequest(requestedOf(deployed).request);
    const { request } = requestedOf(asked);
    assert.equal(readCertificateRequest(request).publicKeyFingerprint, publicKeyFingerprint);
    // The certificate that the consortium signed for it before is still valid for it.
    const run = await withKeys({ key }, signed, asked);
    assert.deepEqual(run.errors, []);
    assert.deepEqual(pairOf(run), pairOf(deployed));
  });
});
