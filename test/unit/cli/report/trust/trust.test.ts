import assert from "node:assert/strict";
import { breaking } from "../../../../../cli/report/dangers";
import type { PlannedResource } from "../../../../../cli/report/plan";
import { accepts, trustOf } from "../../../../../cli/report/trust/trust";
import { makeCa } from "../../../x509/make-certificate";
import { keys } from "../../../x509/make-keys";
import { caPem, leafPem, makeConsortium, type Consortium } from "../make-consortium";
import { makeComponent, makePlan } from "../make-plan";

const consortium: Consortium = {
  generations: { g1: "trusted", g2: "signing" },
  clients: { OrgA: {} },
};

/** The plan after an `up` whose facts stated that it signs with g2, but which was interrupted before it did. */
function interrupted(): PlannedResource[] {
  return makeConsortium(consortium, consortium).map((resource) =>
    resource.name === "OrgA-certificate" && resource.type.startsWith("tls:")
      ? {
          ...resource,
          operation: "replace",
          before: {
            inputs: { caCertPem: caPem("g1") },
            outputs: { certPem: leafPem("OrgA", "g1") },
            dependencies: {},
            provider: undefined,
          },
        }
      : resource,
  );
}

describe("the trust in a plan", () => {
  it("follows certificates that exist, not those that were intended", () => {
    const { before, after } = trustOf(makePlan(...interrupted())).leaves;
    assert.equal(before.get("OrgA-certificate")?.issuer?.id, "ca/g1");
    assert.equal(after.get("OrgA-certificate")?.issuer?.id, "ca/g2");
  });

  it("does not include a generation before the change that was never created", () => {
    const facts = { authority: { generations: { g1: { state: "signing" as const } } } };
    const plan = makePlan(makeComponent("pki:CertificateAuthority", "ca", facts, facts));
    const { before, after } = trustOf(plan).generations;
    assert.deepEqual([...before.keys()], []);
    assert.deepEqual([...after.keys()], ["ca/g1"]);
  });

  it("treats two certificates with one CA's name and key as the same CA", () => {
    const pair = keys("p384");
    const renewed = makeCa({
      keys: pair,
      signer: pair,
      subjectKeyId: Buffer.from("g1").toString("hex"),
      notAfter: "2040-12-31T00:00:00Z",
    });
    const side = (certificate: string) => ({
      authority: { generations: { g1: { state: "signing" as const, certificate } } },
      certificates: {
        both: {
          owner: "OrgA",
          source: "OrgA",
          origin: "adopted" as const,
          certificate: leafPem("OrgA", "g1"),
        },
      },
      peers: [
        { party: "OrgA", source: "OrgA", presents: "both", trusts: ["both/g1"], dials: ["OrgA"] },
      ],
    });
    const plan = makePlan(makeComponent("test:Both", "both", side(caPem("g1")), side(renewed)));
    assert.deepEqual(breaking(plan), []);
    const { leaves, parties } = trustOf(plan);
    const [leaf] = leaves.before.values();
    assert.equal(accepts(parties.get("OrgA")?.after?.trusts, leaf), true);
  });

  it("leaves open what a party accepts if nothing is known about it", () => {
    const side: Consortium = { generations: { g1: "signing" }, clients: { OrgA: {} } };
    const { parties } = trustOf(makePlan(...makeConsortium(side, side)));
    const own = parties.get("OrgA")?.after?.presents;
    assert.equal(accepts([], own), false);
    assert.equal(accepts([], own && { ...own, issuer: undefined }), false);
    assert.equal(accepts(undefined, own), undefined);
    assert.equal(accepts([], undefined), undefined);
  });
});
