import assert from "node:assert/strict";
import { trustChanges } from "../../../../../cli/report/trust/changes";
import { UNKNOWN } from "../../../../../cli/report/value";
import { readCertificate } from "../../../../../x509";
import { SERVER, caPem, makeConsortium, type Consortium } from "../make-consortium";
import { makeComponent, makePlan, makeResource } from "../make-plan";

const fingerprint = (generation: string) => readCertificate(caPem(generation)).fingerprint;
const G1 = { id: "ca/g1", name: "g1", fingerprint: fingerprint("g1") };
const G2 = { id: "ca/g2", name: "g2", fingerprint: fingerprint("g2") };
const NEW_G2 = { ...G2, fingerprint: UNKNOWN };

const one: Consortium = { generations: { g1: "signing" }, clients: { OrgA: {} } };
const two: Consortium = { generations: { g1: "signing", g2: "trusted" }, clients: { OrgA: {} } };

const changes = (before: Consortium | undefined, after: Consortium) =>
  trustChanges(makePlan(...makeConsortium(before, after)));

describe("the trust of a plan's parties", () => {
  it("includes a new generation that the up creates", () => {
    assert.deepEqual(changes(one, two), [
      { party: "OrgA", elsewhere: false, before: [G1], after: [G1, NEW_G2] },
      { party: SERVER, elsewhere: false, before: [G1], after: [G1, NEW_G2] },
    ]);
  });

  it("does not change when another generation that is trusted signs", () => {
    assert.deepEqual(changes(two, { ...two, generations: { g1: "trusted", g2: "signing" } }), []);
  });

  it("loses a generation that is dropped", () => {
    const after: Consortium = { generations: { g2: "signing" }, clients: { OrgA: {} } };
    const [client] = changes(two, after);
    assert.deepEqual(client, { party: "OrgA", elsewhere: false, before: [G1, G2], after: [G2] });
  });

  it("begins with a party that is new, and does not end with one that leaves", () => {
    const joined: Consortium = { ...one, clients: { OrgA: {}, OrgB: {} } };
    assert.deepEqual(changes(one, joined), [
      { party: "OrgB", elsewhere: false, before: [], after: [G1] },
    ]);
    assert.deepEqual(changes(joined, one), []);
  });

  it("changes with a generation that gets another certificate", () => {
    const facts = { authority: { generations: { g1: { state: "signing" as const } } } };
    const ca = makeComponent("pki:CertificateAuthority", "ca", facts, facts);
    const peer = {
      party: "OrgA",
      source: "OrgA",
      presents: "none",
      trusts: ["ca/g1"],
      dials: [],
    };
    const plan = makePlan(
      ca,
      makeResource({
        type: "tls:index/selfSignedCert:SelfSignedCert",
        name: "ca-g1",
        parent: ca,
        operation: "replace",
        before: { outputs: { certPem: caPem("g1") } },
        after: {},
      }),
      makeComponent("substra:Backend", "a", { peers: [peer] }, { peers: [peer] }),
    );
    assert.deepEqual(trustChanges(plan), [
      {
        party: "OrgA",
        elsewhere: false,
        before: [G1],
        after: [{ ...G1, fingerprint: UNKNOWN }],
      },
    ]);
  });

  it("is not reported if another stack decides on it, as only a part of it is known here", () => {
    const side = (trusted: readonly string[]): Consortium => ({
      ...two,
      clients: { OrgA: { elsewhere: trusted } },
    });
    assert.deepEqual(changes(side([G1.fingerprint]), side([G1.fingerprint, G2.fingerprint])), []);
  });

  it("is not reported if it is not known on both sides", () => {
    const side = (elsewhere: readonly string[] | "unknown"): Consortium => ({
      ...one,
      clients: { OrgA: { elsewhere } },
    });
    assert.deepEqual(changes(side("unknown"), side([G1.fingerprint])), []);
  });
});
