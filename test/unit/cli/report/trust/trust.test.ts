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

  it("tells generations of one name apart by the subjects of other stacks' CAs", () => {
    const g1 = (certificate: string) => ({
      authority: { generations: { g1: { state: "signing" as const, certificate } } },
    });
    const named = (common: string) =>
      g1(makeCa({ subject: [["CN", common]], issuer: [["CN", common]] }));
    const [own, shared, other] = [named("Own CA"), named("Shared CA"), named("Other CA")];
    const names = (...components: PlannedResource[]) =>
      Object.fromEntries(
        [...trustOf(makePlan(...components)).generations.after].map(([id, { name }]) => [id, name]),
      );
    const ca = makeComponent("pki:CertificateAuthority", "ca", own, own);
    const signer = makeComponent("enrollment:Signer", "services-signer", shared, shared);
    const enrollment = makeComponent("enrollment:Enrollment", "service-db", other, other);
    const again = makeComponent("enrollment:Enrollment", "service-web", shared, shared);
    const [ofShared, ofOther] = ["g1 (CN=Shared CA)", "g1 (CN=Other CA)"];
    assert.deepEqual(names(ca, signer), { "ca/g1": "g1", "services-signer/g1": ofShared });
    assert.deepEqual(names(signer, enrollment), {
      "services-signer/g1": ofShared,
      "service-db/g1": ofOther,
    });
    assert.deepEqual(names(signer, again), { "services-signer/g1": "g1", "service-web/g1": "g1" });
    assert.deepEqual(names(ca), { "ca/g1": "g1" });
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
