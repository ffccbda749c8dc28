import assert from "node:assert/strict";
import { isSecret, output } from "@pulumi/pulumi";
import { Identity, type IdentityArgs } from "../../../components/pki";
import { KEY_ALGORITHMS, readCertificateRequest, readPrivateKey, describeKey } from "../../../x509";
import { runProgram } from "../mock-engine";
import { find, treeOf } from "../tree";
import { isKnown, valueOf } from "../value-of";

const ARGS: IdentityArgs = {
  organization: "MyOrg1MSP",
  commonName: "substra.org-1.example",
  dnsNames: ["org-1.example"],
};

const program =
  (args: Partial<IdentityArgs> = {}) =>
  () =>
    new Identity("org-1-client", { ...ARGS, ...args });

describe("Identity", () => {
  it("creates a key, and writes a request for it, which has no resource", async () => {
    const { value, resources, errors } = await runProgram(program());
    assert.deepEqual(errors, []);
    assert.deepEqual(treeOf(resources), [
      "countersign:pki:Identity org-1-client",
      "  tls:index/privateKey:PrivateKey org-1-client-key",
    ]);
    assert.ok(value);
    const { subject, ...request } = readCertificateRequest(await valueOf(value.requestPem));
    assert.equal(subject.text, "O=MyOrg1MSP, CN=substra.org-1.example");
    assert.deepEqual(request.dnsNames, ["org-1.example"]);
    assert.deepEqual([request.ipAddresses, request.uris], [[], []]);
  });

  it("returns the key as a PKCS#8 secret, and the request as a public text for the same key", async () => {
    const { value, resources, outputs } = await runProgram(program());
    assert.ok(value);
    const key = await valueOf(value.privateKeyPem);
    const request = await valueOf(value.requestPem);
    assert.match(key, /^-----BEGIN PRIVATE KEY-----\n/);
    assert.equal(await isSecret(value.privateKeyPem), true);
    assert.equal(await isSecret(value.requestPem), false);
    assert.equal(describeKey(readPrivateKey(key, "the key")), "ECDSA-P256");
    const { subject, provesPossession } = readCertificateRequest(request);
    assert.equal(subject.text, "O=MyOrg1MSP, CN=substra.org-1.example");
    assert.equal(provesPossession, true);
    assert.deepEqual(outputs.get(find(resources, "org-1-client").urn), { requestPem: request });
  });

  it("creates the kind of key that is asked for", async () => {
    const found: unknown[] = [];
    for (const algorithm of KEY_ALGORITHMS) {
      const { resources } = await runProgram(program({ algorithm }), { preview: true });
      found.push(find(resources, "org-1-client-key").inputs);
    }
    assert.deepEqual(found, [
      { algorithm: "RSA", rsaBits: 2048 },
      { algorithm: "RSA", rsaBits: 3072 },
      { algorithm: "RSA", rsaBits: 4096 },
      { algorithm: "ECDSA", ecdsaCurve: "P256" },
      { algorithm: "ECDSA", ecdsaCurve: "P384" },
      { algorithm: "ED25519" },
    ]);
  });

  it("creates a new key when its algorithm changes: unlike a CA's, nobody else depends on it", async () => {
    const { resources } = await runProgram(program(), { preview: true });
    assert.deepEqual(find(resources, "org-1-client-key").ignoreChanges, []);
  });

  it("has an unknown key and request at the preview of a new party", async () => {
    const { value, errors } = await runProgram(program(), { preview: true });
    assert.ok(value);
    assert.deepEqual(errors, []);
    assert.equal(await isKnown(value.requestPem), false);
    assert.equal(await isKnown(value.privateKeyPem), false);
  });

  it("accepts a subject that becomes known later", async () => {
    const { value } = await runProgram(program({ organization: output("MyOrg1MSP") }));
    assert.ok(value);
    const { subject } = readCertificateRequest(await valueOf(value.requestPem));
    assert.equal(subject.text, "O=MyOrg1MSP, CN=substra.org-1.example");
  });
});
