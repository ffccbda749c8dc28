import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { concurrently } from "../../../command/concurrently";
import { privateDirectory } from "../../../command/at-exit";

describe("a private directory", () => {
  it("is for its owner only, and leaves nothing", () => {
    const directory = privateDirectory();
    const file = directory.write("tls.key", "content");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(dirname(file)).mode & 0o777, 0o700);
    directory.remove();
    assert.ok(!existsSync(dirname(file)));
    directory.remove();
  });

  const endings = {
    "an error": "throw new Error('broken')",
    "a signal": "process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)",
    "process.exit": "process.exit(0)",
  };
  for (const [what, ending] of Object.entries(endings)) {
    it(`is removed when the process ends by ${what}`, () => {
      const printed = printedBy(ending);
      assert.match(printed, /tls\.key\n$/);
      assert.ok(!existsSync(dirname(printed.trim())));
    });
  }

  it("stays while someone else decides what a signal does, until the process ends", () => {
    const printed = printedBy(`
      const leave = decideOnSignals();
      process.once("SIGTERM", () => setImmediate(() => {
        console.log(existsSync(file));
        leave();
        process.kill(process.pid, "SIGTERM");
      }));
      process.kill(process.pid, "SIGTERM");
      setInterval(() => {}, 1000)`);
    const [file = "", existed] = printed.split("\n");
    assert.equal(existed, "true");
    assert.ok(!existsSync(dirname(file)));
  });
});

/** Returns what a process prints that writes a file into a private directory, and then ends. */
function printedBy(ending: string): string {
  const module = resolve(__dirname, "../../../command/at-exit.ts");
  const script = `const { existsSync } = require("node:fs");
    const { decideOnSignals, privateDirectory } = require(${JSON.stringify(module)});
    const file = privateDirectory().write("tls.key", "content");
    console.log(file); ${ending}`;
  try {
    const args = ["--import", "tsx", "--input-type=commonjs", "-e", script];
    return execFileSync(process.execPath, args, { encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

describe("concurrently", () => {
  it("keeps the order and the limit", async () => {
    let running = 0;
    let most = 0;
    const results = await concurrently([30, 20, 10, 5], 2, async (wait) => {
      most = Math.max(most, ++running);
      await new Promise((next) => setTimeout(next, wait));
      running--;
      return wait;
    });
    assert.deepEqual(results, [30, 20, 10, 5]);
    assert.equal(most, 2);
  });
});
