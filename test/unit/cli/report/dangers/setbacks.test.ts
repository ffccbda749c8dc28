import assert from "node:assert/strict";
import { dangers } from "../../../../../cli/report/dangers";
import { findingsOf, parseGates } from "../../../../../cli/report/gate";
import { reportOf } from "../../../../../cli/report/report";
import { NO_FILE } from "../../../../../cli/report/config-lines";
import { makeLeaf } from "../../../x509/make-certificate";
import { AT } from "../../../enrollment/make-admission";
import { makeComponent, makePlan, makeResource } from "../make-plan";

const MOVED =
  "it moves the orchestrator from a.example:443, which is dialled now, to b.example:443";
const OLDER = "its certificate is older than the one in use";

const OPTIONS = {
  ...{ at: AT, linesOf: () => NO_FILE },
  ...{ project: ".", base: undefined, charts: false },
};

describe("a setback of an admission", () => {
  const facts = (setbacks: string[], certificate = makeLeaf()) => ({
    certificates: {
      "my-org2-msp": {
        owner: "MyOrg2MSP",
        source: "organizations.MyOrg2MSP",
        origin: "received" as const,
        certificate,
        ...(setbacks.length > 0 && { setbacks }),
      },
    },
  });
  const plan = (...sides: [string[] | undefined, string[]]) =>
    makePlan(
      makeResource({
        type: "pulumi:pulumi:Stack",
        name: "countersign-test",
        before: {},
        after: {},
      }),
      makeComponent(
        "enrollment:Enrollment",
        "my-org2-msp",
        sides[0] && facts(sides[0]),
        facts(sides[1]),
      ),
    );
  const told = (...sides: [string[] | undefined, string[]]) =>
    dangers(plan(...sides), [], AT).map(({ kind, text }) => [kind, text]);

  it("is reported as breaking when the admission is accepted, each one separately", () => {
    assert.deepEqual(told([], [OLDER, MOVED]), [
      [
        "breaking",
        `The admission that MyOrg2MSP accepts from another stack reverts something: ${OLDER}.`,
      ],
      [
        "breaking",
        `The admission that MyOrg2MSP accepts from another stack reverts something: ${MOVED}.`,
      ],
    ]);
    assert.deepEqual(
      dangers(plan([], [MOVED]), [], AT)[0]?.todo,
      "Remove `signedBy.accept` of MyOrg2MSP, unless the consortium has confirmed over another channel that this is intended.",
    );
  });

  it("is reported once, and not if it is in use already", () => {
    assert.deepEqual(told([MOVED], [MOVED]), []);
    assert.deepEqual(told([MOVED], []), []);
    assert.deepEqual(told([OLDER], [OLDER, MOVED]).length, 1);
  });

  it("is not a renewal: an older certificate replaces the one in use", async () => {
    const [was, is] = ["2025-02-01T00:00:00Z", "2025-01-01T00:00:00Z"].map((notBefore) =>
      facts([], makeLeaf({ notBefore })),
    );
    const enrollment = makeComponent("enrollment:Enrollment", "my-org2-msp", was, is);
    const { stacks } = await reportOf([makePlan(enrollment)], OPTIONS);
    const [change] = stacks[0]?.certificates ?? [];
    assert.equal(change?.operation, "replaced");
    assert.deepEqual(
      change.reasons.map(({ text }) => text),
      ["an older certificate was received from another stack"],
    );
  });

  it("is stopped by the gate", async () => {
    const report = async (after: string[]) =>
      findingsOf(await reportOf([plan([], after)], OPTIONS), parseGates("breaking"));
    assert.equal((await report([MOVED])).length, 1);
    assert.deepEqual(await report([]), []);
  });
});
