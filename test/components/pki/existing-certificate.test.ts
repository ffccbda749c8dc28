import assert from "node:assert/strict";
import { isSecret } from "@pulumi/pulumi";
import { CertificateAuthority } from "../../../components/pki";
import { makeCa } from "../../unit/x509/make-certificate";
import { PUBLISHED, PUBLISHED_NAME } from "../../unit/x509/make-published";
import { makeExistingCa } from "../fake-tls";
import { runProgram } from "../mock-engine";
import { find, treeOf } from "../tree";
import { valueOf } from "../value-of";
import { reveal } from "../wire";
import { EXISTING_KEY, existingCertificate, issued } from "./existing";
import { partyProgram } from "./party";

const CA = makeExistingCa("Company CA");

/** A party whose certificate is kept if there is one, and issued otherwise. */
function program(existingCertificate: string | undefined) {
  const party = partyProgram(CA, { existingKey: EXISTING_KEY, existingCertificate });
  return () => party().credentials;
}

describe("an existing certificate", () => {
  const signs = async (existing: string | undefined) => {
    const { resources, errors } = await runProgram(program(existing));
    assert.deepEqual(errors, []);
    return resources.some(({ type }) => type.endsWith("LocallySignedCert"));
  };

  it("is kept until it is due for renewal, and then a new one is issued", async () => {
    assert.equal(await signs(existingCertificate(301)), false);
    assert.equal(await signs(existingCertificate(300)), true);
    assert.equal(await signs(existingCertificate(-1)), true);
    assert.equal(await signs(undefined), true);
  });

  it("is kept unchanged, without the text around it", async () => {
    const pem = existingCertificate(1000);
    const { value } = await runProgram(program(`\n${pem.replaceAll("\n", "\r\n")}`));
    assert.ok(value);
    assert.equal(await valueOf(value.certificatePem), pem);
    assert.deepEqual(await valueOf(value.issued), issued(pem));
    assert.equal(await isSecret(value.certificatePem), false);
  });

  it("is refused if its key is published, and so is a CA's", async () => {
    const certificate = existingCertificate(1000, [["O", "MyOrg1MSP"]], { keys: PUBLISHED });
    const has = `has ${PUBLISHED_NAME}: everybody has its private key`;
    const leaf = await runProgram(program(certificate));
    assert.deepEqual(leaf.errors, [`the given certificate of MyOrg1MSP ${has}`]);
    const ca = { ...CA, certificate: makeCa({ keys: PUBLISHED }) };
    const authority = await runProgram(
      () =>
        new CertificateAuthority("ca", {
          subject: { commonName: "not used" },
          generations: { g1: { kind: "existing", state: "signing", ...ca } },
        }),
    );
    assert.deepEqual(authority.errors, [`CA generation "g1" ${has}`]);
  });

  it("is known at preview, and is stated by the component of its party", async () => {
    const certificate = existingCertificate(1000);
    const { value, resources } = await runProgram(program(certificate), { preview: true });
    assert.ok(value);
    assert.deepEqual(treeOf(resources), [
      "countersign:pki:CertificateAuthority ca",
      "  random:index/randomId:RandomId ca-g1-first",
      "test:index:Party org-1",
    ]);
    assert.deepEqual(reveal(find(resources, "org-1", "Party").inputs), {
      certificates: {
        "org-1-certificate": {
          owner: "MyOrg1MSP",
          source: "organizations.MyOrg1MSP",
          origin: "adopted",
          certificate,
          renewBeforeHours: 300,
        },
      },
    });
    assert.deepEqual(await valueOf(value.issued), issued(certificate));
  });
});
