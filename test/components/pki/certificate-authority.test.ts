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
  it("makes for each generation a key, a certificate and what remembers the first certificate", async () => {
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

  it("lets no edit of config replace a CA's key or certificate", async () => {
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

  it("makes of a CA that exists already only a memory of its certificate", async () => {
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

  it("hands on a CA that exists already in canonical form, whatever an editor made of it", async () => {
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

  it("keeps the text of an existing CA as it is given but for line ends, as every leaf would be issued anew", async () => {
    const ca = makeExistingCa("Company CA");
    // As `pulumi config set` leaves it: without the last line end.
    const [certificate, key] = [ca.certificate.trimEnd(), ca.key.trimEnd()];
    const { value } = await runProgram(
      authority({ old: { kind: "existing", state: "signing", certificate, key } }),
    );
    assert.ok(value);
    assert.equal(await valueOf(value.signing.certificatePem), certificate);
    assert.equal(await valueOf(value.signing.privateKeyPem), key);
    assert.equal(await valueOf(value.bundlePem), ca.certificate);
  });

  it("keeps generations in the order of their names, and in the bundle puts the signing one first", async () => {
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

  it("keeps the key secret, and registers nothing but the public bundle", async () => {
    const { value, resources, outputs } = await runProgram(authority({ g1: G1, g2: TRUSTED }));
    assert.ok(value);
    assert.equal(await isSecret(value.signing.privateKeyPem), true);
    assert.equal(await isSecret(value.bundlePem), false);
    assert.equal(await isSecret(value.certificates), false);
    assert.deepEqual(outputs.get(find(resources, "ca").urn), {
      bundlePem: await valueOf(value.bundlePem),
    });
  });

  it("has the same URNs for a generation after another one was added", async () => {
    const before = await runProgram(authority({ g2: G1 }));
    const after = await runProgram(authority({ g1: TRUSTED, g2: { ...G1, state: "signing" } }));
    const urns = after.resources.map(({ urn }) => urn);
    for (const { urn } of before.resources) assert.ok(urns.includes(urn), urn);
  });

  it("knows nothing of a new generation's certificate at preview, and finds nothing wrong", async () => {
    const { value, resources, errors } = await runProgram(authority({ g1: G1 }), { preview: true });
    assert.ok(value);
    assert.deepEqual(errors, []);
    assert.equal(resources.length, 4);
    assert.equal(await isKnown(value.bundlePem), false);
  });

  it("refuses two signing generations, none, and one without its key", async () => {
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
