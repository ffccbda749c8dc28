import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderOfBackend, removeHalfWritten } from "../../../cli/recovery/mend";

describe("a file backend that a killed update wrote to", () => {
  it("loses the attribute files that the update left empty, and nothing else", () => {
    const backend = mkdtempSync(join(tmpdir(), "countersign-backend-"));
    try {
      assert.equal(removeHalfWritten(backend), 0);
      const folder = join(backend, ".pulumi", "stacks", "dev");
      mkdirSync(folder, { recursive: true });
      const files = {
        "one.json": "{}",
        "one.json.attrs": "",
        "two.json": "",
        "two.json.attrs": "{}",
      };
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      assert.equal(removeHalfWritten(backend, 60_000), 0); // somebody may still be writing
      assert.equal(removeHalfWritten(backend), 1);
      assert.deepEqual(readdirSync(folder).sort(), ["one.json", "two.json", "two.json.attrs"]);
    } finally {
      rmSync(backend, { recursive: true });
    }
  });

  it("is known by its URL", () => {
    assert.equal(folderOfBackend("file:///srv/a%20b"), "/srv/a b");
    for (const url of [undefined, "file://~", "postgres://db/state", "s3://states"]) {
      assert.equal(folderOfBackend(url), undefined);
    }
  });
});
