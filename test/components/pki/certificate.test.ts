import assert from "node:assert/strict";
import { isSecret } from "@pulumi/pulumi";
import {
  Certificate,
  CertificateAuthority,
  type CertificateArgs,
  type Role,
} from "../../../components/pki";
import { checkChain, readCertificate } from "../../../x509";
import { makeDnsNames } from "../../unit/x509/make-names";
import { makeRequest } from "../../unit/x509/make-request";
import { makeExistingCa } from "../fake-tls";
import { runProgram } from "../mock-engine";
import { find, treeOf } from "../tree";
import { isKnown, valueOf } from "../value-of";
import { reveal, visible } from "../wire";

const NAMES = ["orchestrator.example"];
const REQUEST = makeRequest({
  subject: [
    ["O", "MyOrg1MSP"],
    ["CN", "orchestrator"],
  ],
  extensions: [makeDnsNames(...NAMES)],
});
const CA = makeExistingCa("Company CA", 1000);

function certificate(args: Partial<CertificateArgs> = {}) {
  return () => {
    const authority = new CertificateAuthority("ca", {
      subject: { commonName: "not used" },
      generations: { g1: { kind: "existing", state: "signing", ...CA } },
    });
    return new Certificate("org-1-certificate", {
      requestPem: REQUEST,
      grant: { organization: "MyOrg1MSP", dnsNames: NAMES, source: "organizations.MyOrg1MSP" },
      issuer: authority.signing,
      role: "client",
      validityHours: 900,
      renewBeforeHours: 300,
      ...args,
    });
  };
}

describe("Certificate", () => {
  it("signs exactly the request that was checked, with the CA's key as a secret", async () => {
    const mailed = REQUEST.replaceAll("\n", "\r\n");
    const { resources, errors } = await runProgram(certificate({ requestPem: mailed }));
    assert.deepEqual(errors, []);
    assert.deepEqual(treeOf(resources), [
      "countersign:pki:Certificate org-1-certificate",
      "  tls:index/locallySignedCert:LocallySignedCert org-1-certificate",
      "countersign:pki:CertificateAuthority ca",
      "  random:index/randomId:RandomId ca-g1-first",
    ]);
    assert.deepEqual(visible(find(resources, "org-1-certificate", "SignedCert").inputs), {
      certRequestPem: REQUEST,
      caCertPem: CA.certificate,
      caPrivateKeyPem: "[secret]",
      allowedUses: ["digital_signature", "client_auth"],
      setSubjectKeyId: true,
      validityPeriodHours: 900,
      earlyRenewalHours: 300,
    });
  });

  const uses: Record<Role, string[]> = {
    server: ["digital_signature", "server_auth"],
    client: ["digital_signature", "client_auth"],
    both: ["digital_signature", "server_auth", "client_auth"],
  };
  for (const role of ["server", "client", "both"] as const)
    it(`is valid for ${uses[role].join(", ")} as ${role}`, async () => {
      const { resources } = await runProgram(certificate({ role }), { preview: true });
      const inputs = reveal(find(resources, "org-1-certificate", "SignedCert").inputs);
      assert.deepEqual((inputs as { allowedUses: string[] }).allowedUses, uses[role]);
    });

  it("is a certificate that a peer of its CA accepts", async () => {
    const { value, resources, outputs } = await runProgram(certificate({ role: "both" }));
    assert.ok(value);
    const pem = await valueOf(value.certificatePem);
    const leaf = readCertificate(pem);
    const at = new Date(Date.now() + 60_000);
    for (const purpose of ["serverAuth", "clientAuth"] as const)
      assert.deepEqual(
        checkChain(leaf, [readCertificate(CA.certificate)], {
          at,
          purpose,
          host: "orchestrator.example",
        }),
        [],
      );
    const issued = {
      certificate: pem,
      notAfter: leaf.notAfter.toISOString(),
      fingerprint: leaf.fingerprint,
    };
    assert.deepEqual(await valueOf(value.issued), issued);
    assert.equal(await isSecret(value.issued), false);
    assert.deepEqual(outputs.get(find(resources, "org-1-certificate", "pki:Certificate").urn), {
      issued,
    });
  });

  it("says nothing about a certificate that a preview does not know yet", async () => {
    const { value, errors } = await runProgram(certificate(), { preview: true });
    assert.ok(value);
    assert.deepEqual(errors, []);
    assert.equal(await isKnown(value.issued), false);
  });
});
