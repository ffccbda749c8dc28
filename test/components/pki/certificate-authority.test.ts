import assert from "node:assert/strict";
import { isSecret } from "@pulumi/pulumi";
import {
  CertificateAuthority,
  type CertificateAuthorityArgs,
  type CreatedGeneration,
} from "../../../components/pki";
import { readCertificate } from "../../../x509";
import { makeExistingCa } from "../fake-tls";
import { runProgram } from "../mock-engine";
import { find, treeOf } from "../tree";
import { isKnown, valueOf } from "../value-of";
import { visible } from "../wire";

const G1: CreatedGeneration = {
  kind: "created",
  state: "signing",
  algorithm: "ECDSA-P256",
  validityHours: 10 * 365 * 24,
};
const TRUSTED: CreatedGeneration = { ...G1, state: "trusted" };

function authority(generations: CertificateAuthorityArgs["generations"]) {
  const subject = { commonName: "Consortium CA", organization: "Consortium" };
  return () => new CertificateAuthority("ca", { subject, generations });
}

describe("CertificateAuthority", () => {
  it("creates a key, a certificate and a memory of the first certificate for each generation", async () => {
    const { resources, errors } = await runProgram(authority({ g1: G1 }));
    assert.deepEqual(errors, []);
    assert.deepEqual(treeOf(resources), [
      "countersign:pki:CertificateAuthority ca",
      "  random:index/randomId:RandomId ca-g1-first",
      "  tls:index/privateKey:PrivateKey ca-g1-key",
      "  tls:index/selfSignedCert:SelfSignedCert ca-g1",
    ]);
    assert.deepEqual(visible(find(resources, "ca-g1-key").inputs), {
      algorithm: "ECDSA",
      ecdsaCurve: "P256",
    });
    assert.deepEqual(visible(find(resources, "ca-g1").inputs), {
      privateKeyPem: "[secret]",
      subject: { commonName: "Consortium CA", organization: "Consortium" },
      isCaCertificate: true,
      setSubjectKeyId: true,
      allowedUses: ["cert_signing", "crl_signing"],
      validityPeriodHours: 87600,
      earlyRenewalHours: 0,
    });
  });

  it("never replaces a CA's key or certificate after a change of configuration", async () => {
    const { resources } = await runProgram(authority({ g1: G1 }));
    assert.deepEqual(find(resources, "ca-g1-key").ignoreChanges, [
      "algorithm",
      "ecdsaCurve",
      "rsaBits",
    ]);
    assert.deepEqual(find(resources, "ca-g1").ignoreChanges, [
      "subject",
      "validityPeriodHours",
      "allowedUses",
      "isCaCertificate",
      "setSubjectKeyId",
    ]);
    assert.deepEqual(find(resources, "ca-g1-first").ignoreChanges, ["keepers"]);
  });

  it("creates only a memory of the certificate for an existing CA", async () => {
    const ca = makeExistingCa("Company CA");
    const crlf = ca.certificate.replaceAll("\n", "\r\n");
    const { value, resources, errors } = await runProgram(
      authority({ old: { kind: "existing", state: "signing", certificate: crlf, key: ca.key } }),
    );
    assert.ok(value);
    assert.deepEqual(errors, []);
    assert.deepEqual(treeOf(resources), [
      "countersign:pki:CertificateAuthority ca",
      "  random:index/randomId:RandomId ca-old-first",
    ]);
    assert.equal(await valueOf(value.bundlePem), ca.certificate);
    assert.equal(await valueOf(value.signing.privateKeyPem), ca.key);
    assert.equal(await isSecret(value.signing.privateKeyPem), true);
  });

  it("passes on an existing CA in canonical form, whatever an editor did to it", async () => {
    const [old, next] = [makeExistingCa("Old CA"), makeExistingCa("New CA")];
    const marked = (pem: string) => `\uFEFF${pem.replaceAll("\n", " \r\n")}`;
    const { value, errors, resources } = await runProgram(
      authority({
        g0: { kind: "existing", state: "trusted", certificate: marked(old.certificate) },
        g1: {
          kind: "existing",
          state: "signing",
          certificate: marked(next.certificate),
          key: marked(next.key),
        },
      }),
    );
    assert.ok(value);
    assert.deepEqual(errors, []);
    assert.equal(await valueOf(value.bundlePem), next.certificate + old.certificate);
    assert.equal(await valueOf(value.signing.certificatePem), next.certificate);
    assert.equal(await valueOf(value.signing.privateKeyPem), next.key);
    assert.equal(await isSecret(value.signing.privateKeyPem), true);
    assert.ok(!JSON.stringify(resources).includes("\uFEFF"));
  });

  it("keeps the text of an existing CA if only its line ends differ, as otherwise every leaf would be reissued", async () => {
    const ca = makeExistingCa("Company CA");
    // The form in which `pulumi config set` stores it: without the last line end.
    const [certificate, key] = [ca.certificate.trimEnd(), ca.key.trimEnd()];
    const { value } = await runProgram(
      authority({ old: { kind: "existing", state: "signing", certificate, key } }),
    );
    assert.ok(value);
    assert.equal(await valueOf(value.signing.certificatePem), certificate);
    assert.equal(await valueOf(value.signing.privateKeyPem), key);
    assert.equal(await valueOf(value.bundlePem), ca.certificate);
  });

  it("orders generations by name, but puts the signing one first in the bundle", async () => {
    const { value } = await runProgram(authority({ g3: TRUSTED, g2: G1, g1: TRUSTED }));
    assert.ok(value);
    assert.deepEqual(
      value.generations.map(({ name, state }) => [name, state]),
      [
        ["g1", "trusted"],
        ["g2", "signing"],
        ["g3", "trusted"],
      ],
    );
    assert.equal(value.signing.name, "g2");
    const [one = "", two = "", three = ""] = await Promise.all(
      value.generations.map(({ certificatePem }) => valueOf(certificatePem)),
    );
    assert.equal(await valueOf(value.bundlePem), two + one + three);
    const { g2 } = await valueOf(value.certificates);
    const { notAfter, fingerprint } = readCertificate(two);
    assert.deepEqual(g2, {
      state: "signing",
      certificate: two,
      notAfter: notAfter.toISOString(),
      fingerprint,
    });
  });

  it("keeps the key secret, and registers only the public bundle", async () => {
    const { value, resources, outputs } = await runProgram(authority({ g1: G1, g2: TRUSTED }));
    assert.ok(value);
    assert.equal(await isSecret(value.signing.privateKeyPem), true);
    assert.equal(await isSecret(value.bundlePem), false);
    assert.equal(await isSecret(value.certificates), false);
    assert.deepEqual(outputs.get(find(resources, "ca").urn), {
      bundlePem: await valueOf(value.bundlePem),
    });
  });

  it("keeps the URNs of a generation when another one is added", async () => {
    const before = await runProgram(authority({ g2: G1 }));
    const after = await runProgram(authority({ g1: TRUSTED, g2: { ...G1, state: "signing" } }));
    const urns = after.resources.map(({ urn }) => urn);
    for (const { urn } of before.resources) assert.ok(urns.includes(urn), urn);
  });

  it("accepts at preview that a new generation's certificate is unknown", async () => {
    const { value, resources, errors } = await runProgram(authority({ g1: G1 }), { preview: true });
    assert.ok(value);
    assert.deepEqual(errors, []);
    assert.equal(resources.length, 4);
    assert.equal(await isKnown(value.bundlePem), false);
  });

  it("refuses two signing generations, none, or one without its key", async () => {
    const { certificate } = makeExistingCa("Company CA");
    const message = 'CertificateAuthority "ca" needs exactly one signing generation with its key';
    for (const generations of [
      {},
      { g1: TRUSTED },
      { g1: G1, g2: G1 },
      { g1: { kind: "existing", state: "signing", certificate } as const },
    ])
      assert.deepEqual((await runProgram(authority(generations))).errors, [message]);
  });
});
