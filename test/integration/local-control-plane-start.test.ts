import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { controlPlaneStatus, startControlPlane, stopControlPlane } from "../../local/control-plane";
import { layoutOf, writePorts } from "../../local/directory";
import { choosePorts } from "../../local/ports";
import { ControlPlanes, assertNothingRuns, processesNaming } from "./control-planes";

describe("the start of a local control plane", function () {
  this.timeout(900_000);
  let planes: ControlPlanes;

  before(async function () {
    this.timeout(20 * 60_000);
    planes = await ControlPlanes.create();
  });
  afterEach("nothing may keep running, whatever a test did", () => planes.stop());
  after(() => planes.remove());

  it("chooses ports that no outgoing connection can take while a component restarts", async () => {
    for (let time = 0; time < 20; time++) {
      const ports = Object.values({ ...(await choosePorts()) });
      assert.equal(new Set(ports).size, 3);
      assert.ok(ports.every((port) => port >= 15_000 && port < 32_768));
    }
  });

  it("chooses other ports if its own are in use", async () => {
    const directory = planes.directory("ports");
    mkdirSync(directory);
    const ports = await choosePorts();
    writePorts(layoutOf(directory), ports);
    const squatter = createServer().listen(ports.apiserver, "127.0.0.1");
    try {
      const { server } = await planes.start("ports");
      assert.notEqual(server, `https://127.0.0.1:${ports.apiserver}`);
      assert.equal((await controlPlaneStatus(directory)).state, "running");
    } finally {
      squatter.close();
    }
  });

  it("says why a component ended, and leaves nothing of a failed start running", async () => {
    const broken = planes.directory("kube-apiserver");
    writeFileSync(broken, "#!/bin/sh\necho no such flag: --surprise\nexit 1\n", { mode: 0o755 });
    const { binaries } = planes;
    const tools = new Map(binaries.tools);
    const apiserver = tools.get("kube-apiserver");
    assert.ok(apiserver);
    tools.set("kube-apiserver", { ...apiserver, file: broken });
    const directory = planes.directory("broken");
    await assert.rejects(
      startControlPlane({ directory, binaries: { ...binaries, tools } }),
      (error: Error) =>
        error.message.includes("kube-apiserver ended during the start") &&
        error.message.includes("kube-apiserver.log") &&
        error.message.includes("no such flag: --surprise"),
    );
    await assertNothingRuns(directory);
    rmSync(broken);
  });

  it("can be started after an interrupted start", async () => {
    const directory = planes.directory("interrupted");
    for (const [index, part] of [0.3, 0.7].entries()) {
      const signal = index % 2 === 0 ? "SIGKILL" : "SIGINT";
      const delay = Math.round(part * 4_000 + Math.random() * 500);
      const starter = startInChild(directory);
      await sleep(delay);
      starter.kill(signal);
      const begun = Date.now();
      const { server } = await planes.start("interrupted");
      const at = `after ${signal} at ${delay} ms`;
      assert.equal((await controlPlaneStatus(directory)).state, "running", at);
      assert.equal(processesNaming(directory).length, 5, at);
      assert.ok(server.startsWith("https://127.0.0.1:"), at);
      assert.ok(Date.now() - begun < 90_000, at);
      await stopControlPlane(directory);
      await assertNothingRuns(directory);
      assert.equal(existsSync(directory), false, at);
    }
  });

  it("can be stopped after an interrupted start", async () => {
    const directory = planes.directory("abandoned");
    const starter = startInChild(directory);
    await sleep(1_200 + Math.random() * 1_500);
    starter.kill("SIGKILL");
    await stopControlPlane(directory);
    await assertNothingRuns(directory);
    await stopControlPlane(directory);
    assert.equal((await controlPlaneStatus(directory)).state, "stopped");
  });

  it("does not touch a directory with other files", async () => {
    const directory = planes.directory("foreign");
    mkdirSync(directory);
    writeFileSync(join(directory, "thesis.txt"), "years of work");
    await assert.rejects(planes.start("foreign"), /holds thesis.txt and no control plane/);
    await assert.rejects(stopControlPlane(directory), /holds thesis.txt and no control plane/);
    assert.deepEqual(readdirSync(directory), ["thesis.txt"]);
  });
});

function startInChild(directory: string): ChildProcess {
  const main = join(__dirname, "..", "..", "local", "main.ts");
  const args = ["--import", "tsx", main, "start", "--directory", directory];
  return spawn(process.execPath, args, { stdio: "ignore" });
}
