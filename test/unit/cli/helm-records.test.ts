import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { unfinishedOf, withStatus } from "../../../cli/recovery/helm-records";

/** Revisions from 1 on. */
function forgotten(...statuses: string[]): number[] {
  const records = statuses.map((status, position) => ({ revision: position + 1, status }));
  return unfinishedOf(records).map(({ revision }) => revision);
}

describe("Helm's records of a release whose change was killed", () => {
  const CASES: Record<string, [string[], number[]]> = {
    "nothing was under way": [["superseded", "deployed"], []],
    "a rollback came to its end": [["superseded", "failed", "deployed"], []],
    "an installation was": [["pending-install"], [1]],
    "a failed installation was to be removed": [["failed"], [1]],
    "an upgrade was": [["superseded", "deployed", "pending-upgrade"], [3]],
    "an upgrade had failed": [["deployed", "failed"], [2]],
    "a rollback was": [
      ["superseded", "deployed", "failed", "pending-rollback"],
      [3, 4],
    ],
    "several changes were": [
      ["deployed", "failed", "pending-rollback", "failed"],
      [2, 3, 4],
    ],
    "an upgrade was about to be noted": [["superseded", "superseded", "pending-upgrade"], [3]],
    "a rollback was about to be noted": [
      ["superseded", "failed", "pending-rollback"],
      [2, 3],
    ],
    "a removal was": [["superseded", "uninstalling"], []],
  };
  for (const [when, [statuses, expected]] of Object.entries(CASES)) {
    it(`are forgotten after the last good one: ${when}`, () =>
      assert.deepEqual(forgotten(...statuses), expected));
  }

  it("come to the same in whatever order they are listed", () => {
    const records = [
      { revision: 10, status: "deployed" },
      { revision: 11, status: "failed" },
      { revision: 9, status: "superseded" },
    ];
    assert.deepEqual(unfinishedOf(records), [records[1]]);
  });

  it("keep everything but the status when that is changed", () => {
    const encode = (record: object) =>
      Buffer.from(gzipSync(JSON.stringify(record)).toString("base64")).toString("base64");
    const decode = (text: string) =>
      JSON.parse(
        gunzipSync(Buffer.from(Buffer.from(text, "base64").toString(), "base64")).toString(),
      ) as unknown;
    const record = {
      name: "orchestrator",
      info: { status: "uninstalling", notes: "ü" },
      version: 2,
    };
    assert.deepEqual(decode(withStatus(encode(record), "failed")), {
      ...record,
      info: { ...record.info, status: "failed" },
    });
  });
});
