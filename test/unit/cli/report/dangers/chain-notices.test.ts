import assert from "node:assert/strict";
import { chainNotices } from "../../../../../cli/report/notices";
import type { Facts } from "../../../../../facts";
import { readCertificate } from "../../../../../x509";
import { makeCaBelow, makePolicyCa, makeRoot } from "../../../x509/make-path";
import { makeComponent, makePlan } from "../make-plan";

const [CA, POLICY, ROOT, OTHER] = [
  makeCaBelow("Policy CA"),
  makePolicyCa(),
  makeRoot(),
  makeRoot(),
];

function notices(before: readonly string[] | undefined, after: readonly string[] | undefined) {
  const facts = (above: readonly string[] | undefined): Facts => ({
    authority: {
      generations: {
        company: { state: "signing", certificate: CA, ...(above && { above: [...above] }) },
      },
    },
  });
  const plan = makePlan(
    makeComponent("pki:CertificateAuthority", "ca", facts(before), facts(after)),
  );
  return chainNotices(plan).map(({ severity, text }) => `${severity}: ${text}`);
}

const named = (pem: string) => {
  const { subject, fingerprint } = readCertificate(pem);
  return `${subject.text} (SHA-256 ${fingerprint.slice(0, 16)}…)`;
};

describe("the CAs above a generation", () => {
  it("are reported when they are added", () => {
    assert.deepEqual(notices(undefined, [POLICY, ROOT]), [
      `info: CA generation company is from now on distributed with the CAs above it: ${named(POLICY)} and ${named(ROOT)}`,
    ]);
  });

  it("are reported when another root, or none, replaces one", () => {
    const refuse =
      "programs outside this stack that trust only what is left out will refuse its certificates";
    assert.deepEqual(notices([POLICY, ROOT], [POLICY, OTHER]), [
      `warning: CA generation company is from now on distributed without ${named(ROOT)}, and with ${named(OTHER)} instead: ${refuse}`,
    ]);
    assert.deepEqual(notices([POLICY, ROOT], [POLICY]), [
      `warning: CA generation company is from now on distributed without ${named(ROOT)}: ${refuse}`,
    ]);
  });

  it("are not reported when they stay the same, in any order, or when there are none", () => {
    assert.deepEqual(notices([POLICY, ROOT], [ROOT, POLICY]), []);
    assert.deepEqual(notices(undefined, undefined), []);
  });

  it("are not reported for a new generation", () => {
    const generations = { company: { state: "signing" as const, above: [ROOT] } };
    const facts = { authority: { generations } };
    const ca = makeComponent("pki:CertificateAuthority", "ca", undefined, facts);
    assert.deepEqual(chainNotices(makePlan(ca)), []);
  });
});
