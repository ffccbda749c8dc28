import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAtMost, readFileBytes, readFileText, whyNoFile } from "../../host";

const LIMIT = 64 * 1024;

describe("a file that somebody named", () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  const read = (name: string, within?: string) =>
    readFileText(at(name), { limit: LIMIT, ...(within !== undefined && { within: at(within) }) });
  const refused = (name: string, predicate: string, within?: string) =>
    assert.throws(() => read(name, within), {
      name: "UnreadableFile",
      message: `${at(name)} ${predicate}`,
    });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-read-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is read unchanged, up to the limit", () => {
    for (const text of ["", "Bär\n", "x".repeat(LIMIT)]) {
      writeFileSync(at("file"), text);
      assert.equal(read("file"), text);
    }
    const bytes = Buffer.of(0x30, 0x00, 0xff);
    writeFileSync(at("file"), bytes);
    assert.deepEqual(readFileBytes(at("file"), { limit: LIMIT }), bytes);
  });

  it("is refused above the limit", () => {
    writeFileSync(at("file"), "x".repeat(LIMIT + 1));
    refused("file", "is longer than 64 KiB");
    assert.throws(() => readFileText(at("file"), { limit: 10 }), /is longer than 10 bytes$/);
  });

  it("is refused at once if it is not a regular file, with what it is", async () => {
    execFileSync("mkfifo", [at("pipe")]);
    refused("pipe", "is a named pipe, not a file");
    mkdirSync(at("folder"));
    refused("folder", "is a folder, not a file");
    symlinkSync("/dev/zero", at("endless"));
    refused("endless", "is a device, not a file");
    symlinkSync(at("pipe"), at("to-pipe"));
    refused("to-pipe", "is a named pipe, not a file");
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(at("socket"), resolve));
    refused("socket", "is a socket, not a file");
    server.close();
  });

  it("is refused if it does not exist", () => {
    assert.throws(() => read("nothing"), {
      name: "UnreadableFile",
      message: `${at("nothing")} does not exist`,
      why: "missing",
    });
    writeFileSync(at("file"), "");
    assert.throws(() => read("file/below"), { isMissing: true });
    symlinkSync("nowhere", at("lost"));
    refused("lost", "is a broken link");
    symlinkSync("circle", at("circle"));
    refused("circle", "is a circular link");
  });

  it("may be a link if it was named itself, and must be within the folder if that was named", () => {
    mkdirSync(at("named"));
    mkdirSync(at("named-too"));
    writeFileSync(at("named/file"), "inside");
    writeFileSync(at("named-too/file"), "outside");
    symlinkSync("../named/file", at("named/inside"));
    symlinkSync("../named-too/file", at("named/outside"));
    assert.equal(read("named/outside"), "outside");
    assert.equal(read("named/inside", "named"), "inside");
    const real = execFileSync("realpath", [at("named-too/file")], { encoding: "utf8" }).trim();
    refused("named/outside", `is a link to ${real}, outside of ${at("named")}`, "named");
    symlinkSync(at("named"), at("linked"));
    assert.equal(read("linked/file", "linked"), "inside");
  });

  it("is read no further than the limit if it grows or has no known size", () => {
    writeFileSync(at("file"), "x".repeat(10));
    const file = openSync(at("file"), "r");
    appendFileSync(at("file"), "y");
    assert.throws(() => readAtMost(file, "standard input", 10), {
      message: "standard input is longer than 10 bytes",
    });
    closeSync(file);
    const endless = openSync("/dev/zero", "r");
    assert.throws(() => readAtMost(endless, "standard input", LIMIT), /is longer than 64 KiB$/);
    closeSync(endless);
  });

  it("is distinguished from other kinds", () => {
    mkdirSync(at("folder"));
    writeFileSync(at("file"), "");
    symlinkSync("file", at("link"));
    assert.deepEqual(
      ["folder", "file", "link", "nothing"].map((name) => whyNoFile(at(name))?.predicate),
      ["is a folder, not a file", undefined, undefined, "does not exist"],
    );
  });
});
