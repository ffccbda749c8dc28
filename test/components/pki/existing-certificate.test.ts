import assert from "node:assert/strict";
import { isSecret } from "@pulumi/pulumi";
import { AdoptedCertificate, CertificateAuthority, keepOrIssue } from "../../../components/pki";
import { makeCa } from "../../unit/x509/make-certificate";
import { PUBLISHED, PUBLISHED_NAME } from "../../unit/x509/make-published";
import { makeRequest } from "../../unit/x509/make-request";
import { makeExistingCa } from "../fake-tls";
import { runProgram } from "../mock-engine";
import { treeOf } from "../tree";
import { valueOf } from "../value-of";
import { reveal } from "../wire";
import { existingCertificate, issued } from "./existing";

const CA = makeExistingCa("Company CA");

/** Keeps or issues a certificate, to be renewed 300 hours before its end. */
function program(existing: string | undefined) {
  return () => {
    const { signing } = new CertificateAuthority("ca", {
      subject: { commonName: "not used" },
      generations: { g1: { kind: "existing", state: "signing", ...CA } },
    });
    return keepOrIssue(existing, "org-1-certificate", {
      requestPem: makeRequest(),
      grant: { organization: "MyOrg1MSP", source: "organizations.MyOrg1MSP" },
      issuer: signing,
      role: "client",
      validityHours: 900,
      renewBeforeHours: 300,
    });
  };
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

  it("is known at preview, in a component that contains nothing else", async () => {
    const certificate = existingCertificate(1000);
    const { value, resources } = await runProgram(
      () => new AdoptedCertificate("old", { certificate, owner: "MyOrg1MSP", source: "x" }),
      { preview: true },
    );
    assert.ok(value);
    assert.deepEqual(treeOf(resources), ["countersign:pki:Certificate old"]);
    assert.deepEqual(reveal(resources[0]?.inputs), {
      certificate: { owner: "MyOrg1MSP", source: "x", origin: "adopted", certificate },
    });
    assert.deepEqual(await valueOf(value.issued), issued(certificate));
  });
});
