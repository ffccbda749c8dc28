import assert from "node:assert/strict";
import { ComponentResource, isSecret } from "@pulumi/pulumi";
import { Backend, type OwnCredentials } from "../../../components/substra";
import { credentialsOf } from "../../../components/substra/client-credentials";
import { keyMatchesCertificate, readCertificate } from "../../../x509";
import { keys } from "../../unit/x509/make-keys";
import { runProgram } from "../mock-engine";
import { EXISTING_KEY, existingCertificate } from "../pki/existing";
import { find, treeOf } from "../tree";
import { valueOf } from "../value-of";
import { reveal, visible } from "../wire";
import { NEW_CA, OLD_CA, backendArgs, ownCredentials } from "./parts";

/** The resources of a backend with such credentials: those of the credentials alone, and what its Secret contains. */
async function credentials(args: Partial<OwnCredentials> = {}) {
  const { resources, outputs, errors } = await runProgram(
    () => new Backend("my-org1-msp", { ...backendArgs(), credentials: ownCredentials(args) }),
  );
  assert.deepEqual(errors, []);
  const tree = treeOf(resources).filter((line) => line.startsWith("  tls:"));
  const { inputs } = find(resources, "my-org1-msp-client-pair", "Secret");
  const { stringData: pair } = reveal(inputs) as { stringData: Record<string, string> };
  const { "tls.crt": certificate = "", "tls.key": key = "" } = pair;
  assert.equal(keyMatchesCertificate(key, certificate), true);
  const registered = outputs.get(find(resources, "my-org1-msp", "Backend").urn) ?? {};
  return { resources, inputs, tree, certificate, key, registered };
}

const CERTIFICATE = "  tls:index/locallySignedCert:LocallySignedCert my-org1-msp-certificate";
const keyOf = (name: string) => `  tls:index/privateKey:PrivateKey ${name}`;

describe("credentials of an organization that the stack's own CA certifies", () => {
  it("are a pair from the authority, in a Secret, and the CAs, the signing one first", async () => {
    const { inputs, tree, certificate } = await credentials();
    assert.deepEqual(tree, [CERTIFICATE, keyOf("my-org1-msp-key")]);
    assert.equal((visible(inputs) as { stringData: unknown }).stringData, "[secret]");
    const { stringData } = reveal(inputs) as { stringData: Record<string, string> };
    assert.equal(stringData["ca.crt"], NEW_CA.certificate + OLD_CA.certificate);
    const { subject, dnsNames, extendedKeyUsages } = readCertificate(certificate);
    assert.equal(subject.text, "O=MyOrg1MSP, CN=substra.org-1.example");
    assert.deepEqual(dnsNames, []);
    assert.deepEqual(extendedKeyUsages, ["clientAuth"]);
  });

  it("are secret only in their key", async () => {
    const { value, errors } = await runProgram(() => {
      const party = new ComponentResource("test:index:Party", "my-org1-msp");
      return credentialsOf("my-org1-msp", "MyOrg1MSP", ownCredentials(), party, party.urn);
    });
    assert.deepEqual(errors, []);
    assert.ok(value);
    const { privateKeyPem, certificatePem, trustPem } = value;
    assert.equal(await isSecret(privateKeyPem), true);
    assert.equal(await isSecret(certificatePem), false);
    assert.equal(await isSecret(trustPem), false);
    assert.equal(await valueOf(trustPem), NEW_CA.certificate + OLD_CA.certificate);
  });

  it("have another key under another name, for the same certificate resource", async () => {
    const { tree } = await credentials({ key: "k2" });
    assert.deepEqual(tree, [CERTIFICATE, keyOf("my-org1-msp-key-k2")]);
  });

  it("have a new certificate for an imported key of any kind", async () => {
    const existingKey = keys("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
    const { tree, key } = await credentials({
      key: "existing",
      existingKey: existingKey.toString(),
    });
    assert.deepEqual(tree, [CERTIFICATE]);
    assert.equal(key, existingKey.toString());
  });

  it("keep an imported pair until its certificate is due for renewal", async () => {
    const pair = (hoursLeft: number) => ({
      key: "existing",
      existingKey: EXISTING_KEY,
      existingCertificate: existingCertificate(hoursLeft),
    });
    // Certificates are renewed 720 hours before their end.
    const good = pair(721);
    const kept = await credentials(good);
    assert.deepEqual(kept.tree, []);
    assert.equal(kept.certificate, good.existingCertificate);
    assert.equal(kept.key, EXISTING_KEY);
    // No resource has the request, by which a later update knows the key.
    assert.deepEqual(Object.keys(kept.registered).sort(), ["requestPem"]);

    const renewed = await credentials(pair(720));
    assert.deepEqual(renewed.tree, [CERTIFICATE]);
    assert.equal(renewed.key, EXISTING_KEY);
    assert.deepEqual(renewed.registered, {});
    const { authorityKeyId } = readCertificate(renewed.certificate);
    assert.equal(authorityKeyId, readCertificate(NEW_CA.certificate).subjectKeyId);
  });
});
