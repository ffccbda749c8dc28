import assert from "node:assert/strict";
import { isSecret } from "@pulumi/pulumi";
import { keyMatchesCertificate, readCertificate } from "../../../x509";
import { keys } from "../../unit/x509/make-keys";
import { runProgram } from "../mock-engine";
import { EXISTING_KEY, existingCertificate } from "../pki/existing";
import { treeOf } from "../tree";
import { valueOf } from "../value-of";
import { NEW_CA, OLD_CA, makeCredentials } from "./parts";

type Args = NonNullable<Parameters<typeof makeCredentials>[0]>;

/** The credentials and their resources, without the CA's. */
async function credentials(args: Args = {}) {
  const { value, resources, errors } = await runProgram(() => makeCredentials(args));
  assert.ok(value);
  assert.deepEqual(errors, []);
  const tree = treeOf(resources).filter((line) => !/CertificateAuthority|-first$/.test(line));
  const certificate = await valueOf(value.certificatePem);
  const key = await valueOf(value.privateKeyPem);
  assert.equal(keyMatchesCertificate(key, certificate), true);
  return { value, tree, certificate, key };
}

const CERTIFICATE = [
  "  countersign:pki:Certificate my-org1-msp-certificate",
  "    tls:index/locallySignedCert:LocallySignedCert my-org1-msp-certificate",
];
const treeWith = (key: string, made = true) => [
  `  countersign:pki:Identity my-org1-msp-${key}`,
  `    tls:index/certRequest:CertRequest my-org1-msp-${key}-request`,
  ...(made ? [`    tls:index/privateKey:PrivateKey my-org1-msp-${key}-key`] : []),
];
const COMPONENT = "countersign:substra:IssuedCredentials my-org1-msp";

describe("IssuedCredentials", () => {
  it("are a pair from the authority, secret where needed, and the CAs, the signing one first", async () => {
    const { value, tree, certificate } = await credentials();
    assert.deepEqual(tree, [COMPONENT, ...CERTIFICATE, ...treeWith("client")]);
    assert.equal(await isSecret(value.privateKeyPem), true);
    assert.equal(await isSecret(value.certificatePem), false);
    assert.equal(await isSecret(value.trustPem), false);
    assert.equal(await valueOf(value.trustPem), NEW_CA.certificate + OLD_CA.certificate);
    const { subject, dnsNames, extendedKeyUsages } = readCertificate(certificate);
    assert.equal(subject.text, "O=MyOrg1MSP, CN=substra.org-1.example");
    assert.deepEqual(dnsNames, []);
    assert.deepEqual(extendedKeyUsages, ["clientAuth"]);
  });

  it("have another key under another name, for the same certificate resource", async () => {
    const { tree } = await credentials({ key: "k2" });
    assert.deepEqual(tree, [COMPONENT, ...CERTIFICATE, ...treeWith("client-k2")]);
  });

  it("have a new certificate for an imported key of any kind", async () => {
    const existingKey = keys("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
    const { tree, key } = await credentials({
      key: "existing",
      existingKey: existingKey.toString(),
    });
    assert.deepEqual(tree, [COMPONENT, ...CERTIFICATE, ...treeWith("client-existing", false)]);
    assert.equal(key, existingKey.toString());
  });

  it("keep an imported pair until its certificate is due for renewal", async () => {
    const pair = (hoursLeft: number) => ({
      key: "existing",
      existingKey: EXISTING_KEY,
      existingCertificate: existingCertificate(hoursLeft),
    });
    const identity = treeWith("client-existing", false);
    // Certificates are renewed 720 hours before their end.
    const good = pair(721);
    const kept = await credentials(good);
    assert.deepEqual(kept.tree, [COMPONENT, ...CERTIFICATE.slice(0, 1), ...identity]);
    assert.equal(kept.certificate, good.existingCertificate);
    assert.equal(kept.key, EXISTING_KEY);

    const renewed = await credentials(pair(720));
    assert.deepEqual(renewed.tree, [COMPONENT, ...CERTIFICATE, ...identity]);
    assert.equal(renewed.key, EXISTING_KEY);
    const { authorityKeyId } = readCertificate(renewed.certificate);
    assert.equal(authorityKeyId, readCertificate(NEW_CA.certificate).subjectKeyId);
  });
});
