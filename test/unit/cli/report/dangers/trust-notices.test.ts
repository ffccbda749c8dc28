import assert from "node:assert/strict";
import { trustNotices } from "../../../../../cli/report/notices";
import { SERVER, makeConsortium, type Client, type Consortium } from "../make-consortium";
import { makePlan } from "../make-plan";

const ADDED = { g1: "signing", g2: "trusted" } as const;
const MOVED = { g1: "trusted", g2: "signing" } as const;
const UNKNOWN: Client = { elsewhere: "unknown" };

function notices(
  before: Consortium["generations"],
  after: Consortium["generations"],
  clients: Readonly<Record<string, Client>>,
) {
  const plan = makePlan(
    ...makeConsortium({ generations: before, clients }, { generations: after, clients }),
  );
  return trustNotices(plan);
}

describe("a question that only other stacks can answer", () => {
  it("is raised when another generation begins to sign", () => {
    assert.deepEqual(notices(ADDED, MOVED, { OrgA: UNKNOWN, OrgB: {} }), [
      {
        severity: "warning",
        text: `It is not known here whether OrgA trusts CA generation g2, which will issue the certificate of ${SERVER}: if it does not, it can no longer connect`,
      },
    ]);
  });

  it("is raised when a generation is dropped whose certificates may be in use", () => {
    assert.deepEqual(notices(MOVED, { g2: "signing" }, { OrgA: UNKNOWN, OrgB: UNKNOWN }), [
      {
        severity: "warning",
        text: `It is not known here whether OrgA and OrgB still use certificates issued by CA generation g1, which ${SERVER} will refuse`,
      },
    ]);
  });

  it("is not raised when nothing depends on it", () => {
    assert.deepEqual(notices(ADDED, ADDED, { OrgA: UNKNOWN }), []);
    assert.deepEqual(notices({ g1: "signing" }, ADDED, { OrgA: UNKNOWN }), []);
    assert.deepEqual(notices(ADDED, MOVED, { OrgA: {} }), []);
  });
});
