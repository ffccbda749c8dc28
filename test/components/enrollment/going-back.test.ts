import assert from "node:assert/strict";
import { digestOfAdmission } from "../../../enrollment/admission-files";
import { admissionOf } from "../../../enrollment/documents";
import { facts } from "../../../facts";
import { ADMISSION_FORM } from "../../../systems/substra/admission";
import type { Run } from "../mock-engine";
import { find } from "../tree";
import {
  CONSORTIUM,
  CONSORTIUM_SECTIONS,
  MEMBER,
  enrol,
  outputsOf,
  runConsortium,
  runMember,
  said,
  stacksOf,
  topsOf,
} from "./parties";

const ACCEPT = "countersign:organizations.MyOrg2MSP.signedBy.accept";
const MOVED =
  "it moves the orchestrator from orchestrator.example:443, which is dialled now, to other.example:443";

describe("an admission from the consortium that reverts something", () => {
  let signed: Run<unknown>;
  let deployed: Run<unknown>;
  let moved: Run<unknown>;
  let digest: string;
  before(async () => {
    ({ signed, deployed } = await enrol());
    moved = await runConsortium(
      { orchestrator: { ...CONSORTIUM_SECTIONS.orchestrator, hostname: "other.example" } },
      { state: signed.state, stacks: stacksOf({ [MEMBER]: deployed }) },
    );
    const received = admissionOf(
      outputsOf(moved).admissions,
      "MyOrg2MSP",
      "the consortium",
      ADMISSION_FORM,
    );
    assert.equal(received.kind, "here");
    digest = digestOfAdmission(received.value, ADMISSION_FORM);
  });

  const take = (from: Run<unknown>, { state }: Run<unknown>, changes: object = {}, own = {}) =>
    runMember(
      { signedBy: { stack: CONSORTIUM, trust: ["first-use"], ...changes }, ...own },
      { state, stacks: stacksOf({ [CONSORTIUM]: from }) },
    );
  const setbacksIn = ({ resources }: Run<unknown>) => {
    const { inputs } = find(resources, "my-org2-msp", "countersign:enrollment:Enrollment");
    const { certificates } = facts.parse(inputs);
    assert.deepEqual(Object.keys(certificates ?? {}), ["my-org2-msp"]);
    return certificates?.["my-org2-msp"]?.setbacks;
  };

  it("is refused before anything is registered", async () => {
    const run = await take(moved, deployed);
    assert.deepEqual(run.errors, [
      `the certificate of MyOrg2MSP from stack ${CONSORTIUM} is refused, and nothing was changed:\n  - ${MOVED}: ask the consortium over another channel whether this is intended, and set ${ACCEPT} to ${digest} if so`,
    ]);
    assert.deepEqual(topsOf(run), []);
  });

  it("is accepted if the configuration accepts exactly this one, and changes nothing in the next update", async () => {
    const taken = await take(moved, deployed, { accept: digest });
    assert.deepEqual(taken.errors, []);
    assert.deepEqual(said(taken), [`warn: ${MOVED}; ${ACCEPT} accepts it`]);
    assert.deepEqual(setbacksIn(taken), [MOVED]);
    for (const changes of [{ accept: digest }, {}]) {
      const again = await take(moved, taken, changes);
      assert.deepEqual([again.errors, said(again), again.state], [[], [], taken.state]);
      assert.deepEqual(setbacksIn(again), [MOVED]);
    }
    const back = await take(signed, taken, { accept: digest });
    assert.match(back.errors.join(), /moves the orchestrator from other\.example:443/);
  });

  it("is not one whose changed address is unused: in the same cluster, or with an address in the configuration", async () => {
    const own = [
      { sameCluster: true },
      { host: "orchestrator-server.orchestrator.svc.cluster.local", port: 9000 },
    ];
    for (const orchestrator of own) {
      const run = await take(moved, deployed, {}, { orchestrator });
      assert.deepEqual(run.errors, []);
      assert.equal(setbacksIn(run), undefined);
    }
  });
});
