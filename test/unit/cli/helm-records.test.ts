import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { unfinishedOf, withStatus } from "../../../cli/recovery/helm-records";

/** Returns the revisions, numbered from 1, that would be deleted. */
function forgotten(...statuses: string[]): number[] {
  const records = statuses.map((status, position) => ({ revision: position + 1, status }));
  return unfinishedOf(records).map(({ revision }) => revision);
}

describe("Helm's records of a release whose change was killed", () => {
  const CASES: Record<string, [string[], number[]]> = {
    "nothing was in progress": [["superseded", "deployed"], []],
    "a rollback was complete": [["superseded", "failed", "deployed"], []],
    "an installation was in progress": [["pending-install"], [1]],
    "a failed installation was about to be removed": [["failed"], [1]],
    "an upgrade was in progress": [["superseded", "deployed", "pending-upgrade"], [3]],
    "an upgrade had failed": [["deployed", "failed"], [2]],
    "a rollback was in progress": [
      ["superseded", "deployed", "failed", "pending-rollback"],
      [3, 4],
    ],
    "several changes were in progress": [
      ["deployed", "failed", "pending-rollback", "failed"],
      [2, 3, 4],
    ],
    "an upgrade was about to be recorded": [["superseded", "superseded", "pending-upgrade"], [3]],
    "a rollback was about to be recorded": [
      ["superseded", "failed", "pending-rollback"],
      [2, 3],
    ],
    "a removal was in progress": [["superseded", "uninstalling"], []],
  };
  for (const [when, [statuses, expected]] of Object.entries(CASES)) {
    it(`are deleted after the last good one when ${when}`, () =>
      assert.deepEqual(forgotten(...statuses), expected));
  }

  it("give the same result in any order", () => {
    const records = [
      { revision: 10, status: "deployed" },
      { revision: 11, status: "failed" },
      { revision: 9, status: "superseded" },
    ];
    assert.deepEqual(unfinishedOf(records), [records[1]]);
  });

  it("keep everything except the status when it is changed", () => {
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
