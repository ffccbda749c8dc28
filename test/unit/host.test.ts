import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processStart, withLock } from "../../host";
import { startFromStat } from "../../host/process";

describe("the lock", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-lock-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const holding = async (file: string, order: string[], name: string): Promise<void> =>
    withLock(file, async () => {
      order.push(`${name} begins`);
      await sleep(30);
      order.push(`${name} ends`);
    });

  it("lets one holder in at a time", async () => {
    const order: string[] = [];
    const file = join(folder, "lock");
    await Promise.all(["a", "b", "c"].map((name) => holding(file, order, name)));
    for (let i = 0; i < order.length; i += 2) {
      assert.equal(order[i + 1], order[i]?.replace("begins", "ends"));
    }
    assert.equal(order.length, 6);
    assert.deepEqual(readdirSync(folder), []);
  });

  it("is free again after an error", async () => {
    const file = join(folder, "lock");
    await assert.rejects(
      withLock(file, () => Promise.reject(new Error("broken"))),
      /broken/,
    );
    assert.equal(await withLock(file, () => Promise.resolve("in")), "in");
  });

  it("is taken over from a dead owner, by one of many", async () => {
    const dead = spawnSync("true").pid;
    writeFileSync(join(folder, "lock"), `${dead} 1 1`);
    const order: string[] = [];
    await Promise.all(["a", "b", "c"].map((n) => holding(join(folder, "lock"), order, n)));
    for (let i = 0; i < order.length; i += 2) {
      assert.equal(order[i + 1], order[i]?.replace("begins", "ends"));
    }
    assert.equal(order.length, 6);
  });

  it("is taken over if another process now has the owner's id", async () => {
    writeFileSync(join(folder, "lock"), `${process.pid} 1 1`);
    assert.equal(await withLock(join(folder, "lock"), () => Promise.resolve("in")), "in");
  });

  it("waits for a living owner and reports its process id", async () => {
    const owner = spawn("sleep", ["30"], { stdio: "ignore" });
    const pid = owner.pid ?? 0;
    writeFileSync(join(folder, "lock"), `${pid} ${processStart(pid) ?? ""} 1`);
    const waitedFor: number[] = [];
    const waiting = withLock(join(folder, "lock"), () => Promise.resolve("in"), {
      onWait: (waited) => void waitedFor.push(waited),
    });
    await sleep(250);
    assert.deepEqual(waitedFor, [pid]);
    owner.kill("SIGKILL");
    assert.equal(await waiting, "in");
  });
});

describe("the start of a process, from its line in /proc", () => {
  const line = (state: string, threads: number) =>
    `5116 (kube (api) server) ${state} 1 5116 5116 0 -1 4227084 2945 6540 5 0 2 1 3 1 20 0 ${threads} 0 2510193 0 0`;

  it("is its 22nd field, whatever the program's name is", () => {
    assert.equal(startFromStat(line("S", 12)), "2510193");
  });

  it("is undefined if the process has ended and only waits to be reaped", () => {
    assert.equal(startFromStat(line("Z", 1)), undefined);
    assert.equal(startFromStat(line("X", 1)), undefined);
  });

  // Otherwise, a killed program was started again while its port was still in use.
  it("is known while some of the process's threads have not ended yet", () => {
    assert.equal(startFromStat(line("Z", 2)), "2510193");
  });
});

describe("what Node compiles", () => {
  const script = join(__dirname, "../../host/compile-cache.cjs");
  const dirOf = (env: NodeJS.ProcessEnv): string => {
    const print = `require(${JSON.stringify(script)});
      process.stdout.write(String(require("node:module").getCompileCacheDir?.()));`;
    return spawnSync(process.execPath, ["-e", print], { env, encoding: "utf8" }).stdout;
  };

  it("is kept in the user's own folder for caches, by versions of Node that can", () => {
    const folder = mkdtempSync(join(tmpdir(), "countersign-compiled-"));
    try {
      const isAble = "enableCompileCache" in nodeModule;
      const expected = isAble ? join(folder, "countersign", "compiled") : "undefined";
      assert.ok(dirOf({ XDG_CACHE_HOME: folder }).startsWith(expected));
      assert.ok(!isAble || dirOf({ HOME: folder }).startsWith(join(folder, ".cache")));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("is kept nowhere if the user forbids it", () => {
    assert.equal(dirOf({ NODE_DISABLE_COMPILE_CACHE: "1" }), "undefined");
  });
});
