import assert from "node:assert/strict";
import { certificatePart } from "../../../../../cli/report/certificates";
import { NO_FILE } from "../../../../../cli/report/config-lines";
import type { Facts } from "../../../../../facts";
import { makeCaBelow, makePolicyCa, makeRoot } from "../../../x509/make-path";
import { makeComponent, makePlan } from "../make-plan";

function issuerOf(certificate: string, above?: string[]) {
  const facts: Facts = {
    authority: {
      generations: { company: { state: "signing", certificate, ...(above && { above }) } },
    },
  };
  const ca = makeComponent("pki:CertificateAuthority", "ca", undefined, facts);
  const { certificates } = certificatePart(makePlan(ca), NO_FILE, new Date("2025-12-10"));
  return certificates.map(({ name, issuer }) => [name, issuer.after]);
}

describe("a CA in a report", () => {
  it("is its own issuer if it is a root", () => {
    assert.deepEqual(issuerOf(makeRoot()), [["ca/company", "company"]]);
  });

  it("has the CA above it as its issuer if it is not a root", () => {
    const below = makeCaBelow("Policy CA");
    assert.deepEqual(issuerOf(below, [makePolicyCa(), makeRoot()]), [
      ["ca/company", "CN=Policy CA"],
    ]);
  });
});
