import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endOrphanedPlugins } from "../../../cli/recovery/mend";

describe("a process that a killed CLI leaves running in a folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "countersign-orphans-")));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Starts a program that runs until it is ended, at a path in the folder. */
  async function program(path: string) {
    const file = join(folder, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, 'process.stdout.write("runs"); setInterval(() => {}, 1000);');
    const child = spawn(process.execPath, [file], { cwd: folder });
    await once(child.stdout, "data");
    return child;
  }

  it("is ended if it is a Pulumi program, and no other process is", async function () {
    if (!existsSync("/proc/self")) this.skip();
    const orphan = await program("node_modules/@pulumi/pulumi/cmd/run/index.js");
    const other = await program("server.js");
    try {
      const ended = once(orphan, "exit");
      assert.equal(endOrphanedPlugins(join(folder, "elsewhere")), 0);
      assert.equal(endOrphanedPlugins(folder), 1);
      assert.deepEqual(await ended, [null, "SIGKILL"]);
      assert.equal(other.exitCode, null);
      assert.equal(other.signalCode, null);
    } finally {
      orphan.kill("SIGKILL");
      other.kill("SIGKILL");
    }
  });
});
