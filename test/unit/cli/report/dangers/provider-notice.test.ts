import assert from "node:assert/strict";
import { providerNotice } from "../../../../../cli/report/notices";
import type { Operation, PlannedResource } from "../../../../../cli/report/plan";
import { makePlan, makeResource } from "../make-plan";

interface Upgraded {
  readonly operation?: Operation;
  readonly reasons?: readonly string[];
  readonly was?: object;
  readonly is?: object;
  readonly dependencies?: Readonly<Record<string, readonly string[]>>;
  readonly to?: string;
}

/** A resource of provider tls, by default one that stays the same under another version. */
function tls(type: string, name: string, upgraded: Upgraded = {}): PlannedResource {
  const { operation = "same", reasons = [], was = {}, is = was, dependencies = {} } = upgraded;
  const provider = "default_5_3_1";
  return makeResource({
    type: `tls:index/${type}`,
    name,
    operation,
    reasons,
    before: { inputs: was, provider },
    after: { inputs: is, dependencies, provider: upgraded.to ?? "default_5_4_0" },
  });
}

const AUTHORITY = "selfSignedCert:SelfSignedCert";
const LEAF = "locallySignedCert:LocallySignedCert";
const notice = (...resources: readonly PlannedResource[]) => providerNotice(makePlan(...resources));

const NOTHING = {
  severity: "info",
  text: "the upgrade of provider tls 5.3.1 -> 5.4.0 re-issues no certificate",
};
const replaced = (reasons: readonly string[], more: Upgraded = {}) =>
  ({ operation: "replace", reasons, ...more }) as const;

describe("an upgrade of the provider that creates certificates", () => {
  it("is reported even if it re-issues nothing, but only if there is one", () => {
    assert.deepEqual(notice(tls(LEAF, "a")), NOTHING);
    assert.equal(notice(tls(LEAF, "a", { to: "default_5_3_1" })), undefined);
  });

  it("is a warning if it re-issues CAs, and with them everything that they signed", () => {
    const ca = tls(AUTHORITY, "ca", replaced(["maxPathLength"]));
    const leaf = tls(
      LEAF,
      "a",
      replaced(["caCertPem"], {
        was: { caCertPem: "PEM" },
        is: { caCertPem: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" },
        dependencies: { caCertPem: [ca.urn] },
      }),
    );
    assert.deepEqual(notice(ca, leaf), {
      severity: "warning",
      text: "the upgrade of provider tls 5.3.1 -> 5.4.0 would re-issue 2 certificates (1 of them a CA)",
    });
  });

  it("is a warning if a secret input counts as changed, although its source stays", () => {
    const key = tls("privateKey:PrivateKey", "key");
    const secret = { privateKeyPem: "[secret]" };
    const dependencies = { privateKeyPem: [key.urn] };
    const ca = tls(AUTHORITY, "ca", replaced(["privateKeyPem"], { was: secret, dependencies }));
    assert.equal(notice(key, ca)?.severity, "warning");
    const given = tls(AUTHORITY, "ca", replaced(["privateKeyPem"], { was: secret }));
    assert.deepEqual(notice(key, given), NOTHING);
  });

  it("is a warning if the CA's key, which is recorded with its certificate only, counts as changed", () => {
    const key = tls("privateKey:PrivateKey", "key");
    const ca = tls(AUTHORITY, "ca", { dependencies: { privateKeyPem: [key.urn] } });
    const was = { caPrivateKeyPem: "[secret]" };
    const signedBy = (dependencies: Upgraded["dependencies"] = {}) =>
      tls(LEAF, "a", replaced(["caPrivateKeyPem"], { was, dependencies }));
    assert.equal(notice(key, ca, signedBy({ caCertPem: [ca.urn] }))?.severity, "warning");
    assert.deepEqual(notice(key, ca, signedBy()), NOTHING);
  });

  it("is not blamed for certificates that are due, or were requested", () => {
    assert.deepEqual(notice(tls(LEAF, "a", replaced(["readyForRenewal"]))), NOTHING);
    const asked = { was: { validityPeriodHours: 1 }, is: { validityPeriodHours: 2 } };
    assert.deepEqual(notice(tls(LEAF, "a", replaced(["validityPeriodHours"], asked))), NOTHING);
  });
});
