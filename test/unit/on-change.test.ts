import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const SCRIPT = "examples/services/on-change.sh";

describe(SCRIPT, () => {
  let folder: string;
  let stop: () => Promise<unknown>;
  let log: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-on-change-"));
    log = join(folder, "log");
    pointTo("first");
    // The command fails until a file exists.
    const command = `cat "$0/..data/content" >> "$0/log"; test -e "$0/works"`;
    const child = spawn("sh", [SCRIPT, folder, "sh", "-c", command, folder], {
      env: { ...process.env, INTERVAL: "0.02" },
      stdio: "ignore",
    });
    stop = () => {
      const ended = once(child, "exit");
      child.kill();
      return ended;
    };
  });
  after(async () => {
    await stop();
    rmSync(folder, { recursive: true });
  });

  it("repeats a command that fails", async () => {
    await logged(/^(first\n){3}/);
  });

  it("runs it once for each change", async () => {
    writeFileSync(join(folder, "works"), "");
    await logged(/first\n$/);
    pointTo("second");
    await logged(/first\nsecond\n$/);
    pointTo("third");
    await logged(/first\nsecond\nthird\n$/);
  });

  /** Replaces the files as the kubelet does. */
  function pointTo(content: string): void {
    mkdirSync(join(folder, content));
    writeFileSync(join(folder, content, "content"), `${content}\n`);
    symlinkSync(content, join(folder, "..data_tmp"));
    renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
  }

  async function logged(pattern: RegExp): Promise<void> {
    const text = () => {
      try {
        return readFileSync(log, "utf8");
      } catch {
        return ""; // not yet
      }
    };
    const end = Date.now() + 30_000;
    while (!pattern.test(text())) {
      assert.ok(Date.now() < end, text());
      await sleep(10);
    }
  }
});
