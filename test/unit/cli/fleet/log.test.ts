import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LogStream } from "../../../../cli/fleet/events";

describe("the log of a stack", () => {
  const directory = mkdtempSync(join(tmpdir(), "countersign-log-"));
  const file = join(directory, "org-1.log");
  after(() => rmSync(directory, { recursive: true }));

  it("holds whole lines, without a password that arrives in pieces, and the last line without its end", () => {
    const stream = new LogStream(file);
    for (const piece of ["one\nat postgres://ada:s3", "cret@db", "/state\ntwo\nthr", "ee"]) {
      stream.write(piece);
    }
    assert.equal(readFileSync(file, "utf8"), "one\nat postgres://****@db/state\ntwo\n");
    stream.end();
    stream.end();
    assert.equal(readFileSync(file, "utf8"), "one\nat postgres://****@db/state\ntwo\nthree");
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });
});
