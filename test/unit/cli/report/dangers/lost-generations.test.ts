import assert from "node:assert/strict";
import { lostGenerations } from "../../../../../cli/report/dangers/lost-keys";
import { makeConsortium, type Client, type Consortium } from "../make-consortium";
import { makePlan } from "../make-plan";

const AT = new Date("2025-06-01T00:00:00Z");

function lost(
  before: Consortium["generations"],
  after: Consortium["generations"],
  clients: Readonly<Record<string, Client>>,
  at = AT,
) {
  const plan = makePlan(
    ...makeConsortium({ generations: before, clients }, { generations: after, clients }),
  );
  return lostGenerations(plan, at);
}

const BOTH = { g1: "signing", g2: "trusted" } as const;
const G2 = { g2: "signing" } as const;

describe("a CA generation that is dropped", () => {
  it("is missed by certificates that another stack deploys", () => {
    assert.deepEqual(lost(BOTH, G2, { OrgA: { elsewhere: "unknown" }, OrgB: {} }), [
      {
        text: "CA generation g1 is dropped while 1 certificate issued by it is still valid: that of OrgA, until 2026-01-01; its private key is deleted with it.",
        todo: "Keep CA generation g1 as `trusted` until that certificate is replaced on its pods, or has expired.",
      },
    ]);
  });

  it("is missed by certificates that are not re-issued", () => {
    const clients = { OrgA: { issuer: "g1" }, OrgB: { issuer: "g1" } };
    const [found] = lost(BOTH, G2, clients);
    assert.equal(
      found?.text,
      "CA generation g1 is dropped while 2 certificates issued by it are still valid: those of OrgA and OrgB, the last of them until 2026-01-01; its private key is deleted with it.",
    );
  });

  it("is not missed when all are re-issued, nor by expired ones", () => {
    assert.deepEqual(lost(BOTH, G2, { OrgA: {} }), []);
    const later = new Date("2026-01-02T00:00:00Z");
    assert.deepEqual(lost(BOTH, G2, { OrgA: { elsewhere: "unknown" } }, later), []);
  });

  it("is not missed at the end of a rotation", () => {
    const moved = { g1: "trusted", g2: "signing" } as const;
    assert.deepEqual(lost(moved, G2, { OrgA: { elsewhere: "unknown" } }), []);
  });

  it("is not missed by an organization that leaves", () => {
    const plan = makePlan(
      ...makeConsortium(
        { generations: BOTH, clients: { OrgA: { elsewhere: "unknown" } } },
        { generations: G2, clients: {} },
      ),
    );
    assert.deepEqual(lostGenerations(plan, AT), []);
  });
});
