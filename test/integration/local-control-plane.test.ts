import assert from "node:assert/strict";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandLine } from "../../host";
import { controlPlaneStatus, startControlPlane, stopControlPlane } from "../../local";
import { withApi, type ApiClient } from "../../local/api";
import { layoutOf } from "../../local/layout";
import { pkiFiles, type ClusterPki } from "../../local/pki";
import { choosePorts } from "../../local/ports";
import { writePorts } from "../../local/state";
import { ensureToolchain, type Toolchain } from "../../toolchain";

describe("the local control plane", function () {
  this.timeout(120_000);

  let root: string;
  let binaries: Toolchain;

  before(async function () {
    // Where nothing is cached this builds the programs.
    this.timeout(20 * 60_000);
    binaries = await ensureToolchain(["cluster"]);
    root = mkdtempSync(join(tmpdir(), "countersign-local-"));
  });

  afterEach("nothing may stay, whatever a test did", async () => {
    for (const name of readdirSync(root)) {
      const directory = join(root, name);
      if (!name.endsWith(".lock") && existsSync(join(directory, "control-plane.json"))) {
        await stopControlPlane(directory);
      }
    }
    assert.deepEqual(processesNaming(root), []);
  });

  after(() => rmSync(root, { recursive: true, force: true }));

  const start = (name: string): ReturnType<typeof startControlPlane> =>
    startControlPlane({ directory: join(root, name), binaries });

  it("runs workloads to their end, binds claims and deletes namespaces", async () => {
    const { directory, server } = await start("workloads");
    await withApi(server, pkiOf(directory), async (api) => {
      await create(api, "/api/v1/namespaces", { metadata: { name: "work" } });
      const pod = { containers: [{ name: "main", image: "none" }] };
      const selector = { matchLabels: { app: "work" } };
      const template = { metadata: { labels: { app: "work" } }, spec: pod };
      await create(api, "/apis/apps/v1/namespaces/work/deployments", {
        metadata: { name: "deployment" },
        spec: { replicas: 2, selector, template },
      });
      await create(api, "/apis/apps/v1/namespaces/work/statefulsets", {
        metadata: { name: "set" },
        spec: {
          serviceName: "set",
          selector: { matchLabels: { app: "set" } },
          template: { metadata: { labels: { app: "set" } }, spec: pod },
          volumeClaimTemplates: [
            {
              metadata: { name: "data" },
              spec: {
                accessModes: ["ReadWriteOnce"],
                resources: { requests: { storage: "1Gi" } },
              },
            },
          ],
        },
      });
      await create(api, "/apis/batch/v1/namespaces/work/jobs", {
        metadata: { name: "job" },
        spec: { template: { spec: { ...pod, restartPolicy: "Never" } } },
      });

      const status = async (path: string): Promise<Record<string, unknown>> =>
        (JSON.parse((await api.get(path)).body) as { status: Record<string, unknown> }).status;
      await until("the deployment is ready", async () => {
        const { readyReplicas } = await status(
          "/apis/apps/v1/namespaces/work/deployments/deployment",
        );
        return readyReplicas === 2;
      });
      await until("the stateful set is ready", async () => {
        const { readyReplicas } = await status("/apis/apps/v1/namespaces/work/statefulsets/set");
        return readyReplicas === 1;
      });
      await until("the job is complete", async () => {
        return (await status("/apis/batch/v1/namespaces/work/jobs/job")).succeeded === 1;
      });
      const claim = "/api/v1/namespaces/work/persistentvolumeclaims/data-set-0";
      assert.equal((await status(claim)).phase, "Bound");

      await api.delete("/api/v1/namespaces/work");
      await until("the namespace is gone", async () => {
        return (await api.get("/api/v1/namespaces/work")).status === 404;
      });
      await until("the volume is gone", async () => {
        const volumes = JSON.parse((await api.get("/api/v1/persistentvolumes")).body) as {
          items: unknown[];
        };
        return volumes.items.length === 0;
      });
    });
  });

  it("listens on loopback only, and keeps its files from others", async () => {
    const { directory, kubeconfig, server } = await start("private");
    assert.match(server, /^https:\/\/127\.0\.0\.1:\d+$/);
    const layout = layoutOf(directory);
    for (const folder of [directory, layout.pki, layout.logs, layout.pids, layout.etcdData]) {
      assert.equal(statSync(folder).mode & 0o777, 0o700, folder);
    }
    const secrets = [kubeconfig, ...readdirSync(layout.pki).map((name) => join(layout.pki, name))];
    for (const file of secrets) assert.equal(statSync(file).mode & 0o777, 0o600, file);
    const { components } = await controlPlaneStatus(directory);
    for (const { name, pid } of components) {
      assert.ok(pid !== undefined, name);
      for (const address of listeningAddresses(pid)) assert.equal(address, "0100007F", name);
    }
  });

  it("is left as it is by a second start, also by one at the same time", async () => {
    const first = await start("twice");
    const before = await controlPlaneStatus(first.directory);
    const [second, third] = await Promise.all([start("twice"), start("twice")]);
    assert.deepEqual([second, third], [first, first]);
    assert.deepEqual(await controlPlaneStatus(first.directory), before);
    assert.equal(before.state, "running");
  });

  it("restarts what was killed, at the same address and with the same data", async () => {
    const first = await start("killed");
    await withApi(first.server, pkiOf(first.directory), (api) =>
      create(api, "/api/v1/namespaces", { metadata: { name: "kept" } }),
    );
    for (const victim of ["kube-apiserver", "etcd", "kwok"]) {
      await kill(first.directory, victim);
      assert.equal((await controlPlaneStatus(first.directory)).state, "degraded");
      assert.deepEqual(await start("killed"), first);
      assert.equal((await controlPlaneStatus(first.directory)).state, "running");
    }
    await withApi(first.server, pkiOf(first.directory), async (api) => {
      assert.equal((await api.get("/api/v1/namespaces/kept")).status, 200);
    });
  });

  it("neither trusts nor ends another program that has a recorded process id", async () => {
    const { directory } = await start("reused");
    await kill(directory, "kwok");
    const stranger = spawn("sleep", ["60"], { stdio: "ignore" });
    try {
      writeFileSync(join(layoutOf(directory).pids, "kwok"), `${stranger.pid}\n`);
      assert.equal((await controlPlaneStatus(directory)).state, "degraded");
      await start("reused");
      assert.equal((await controlPlaneStatus(directory)).state, "running");
      writeFileSync(join(layoutOf(directory).pids, "gone"), `${stranger.pid}\n`);
      await kill(directory, "kube-scheduler");
      writeFileSync(join(layoutOf(directory).pids, "kube-scheduler"), `${stranger.pid}\n`);
      await stopControlPlane(directory);
      assert.equal(stranger.exitCode ?? stranger.signalCode, null);
    } finally {
      stranger.kill();
    }
  });

  it("runs side by side with others", async () => {
    const [a, b] = await Promise.all([start("a"), start("b")]);
    assert.notEqual(a.server, b.server);
    await stopControlPlane(a.directory);
    assert.equal((await controlPlaneStatus(a.directory)).state, "stopped");
    assert.equal((await controlPlaneStatus(b.directory)).state, "running");
  });

  it("chooses ports that no outgoing connection can take while a component restarts", async () => {
    for (let time = 0; time < 20; time++) {
      const ports = Object.values(await choosePorts()) as number[];
      assert.equal(new Set(ports).size, 3);
      assert.ok(ports.every((port) => port >= 15_000 && port < 32_768));
    }
  });

  it("takes other ports if its own were taken meanwhile", async () => {
    const directory = join(root, "ports");
    mkdirSync(directory);
    const ports = await choosePorts();
    writePorts(layoutOf(directory), ports);
    const squatter = createServer().listen(ports.apiserver, "127.0.0.1");
    try {
      const { server } = await start("ports");
      assert.notEqual(server, `https://127.0.0.1:${ports.apiserver}`);
      assert.equal((await controlPlaneStatus(directory)).state, "running");
    } finally {
      squatter.close();
    }
  });

  it("says why a component ended, and leaves nothing of a failed start running", async () => {
    const broken = join(root, "kube-apiserver");
    writeFileSync(broken, "#!/bin/sh\necho no such flag: --surprise\nexit 1\n", { mode: 0o755 });
    const tools = new Map(binaries.tools);
    const apiserver = tools.get("kube-apiserver");
    assert.ok(apiserver);
    tools.set("kube-apiserver", { ...apiserver, file: broken });
    const directory = join(root, "broken");
    await assert.rejects(
      startControlPlane({ directory, binaries: { ...binaries, tools } }),
      (error: Error) =>
        error.message.includes("kube-apiserver ended during the start") &&
        error.message.includes("kube-apiserver.log") &&
        error.message.includes("no such flag: --surprise"),
    );
    assert.deepEqual(processesNaming(directory), []);
    rmSync(broken);
  });

  it("can be started after an interrupted start", async () => {
    const directory = join(root, "interrupted");
    for (const [index, part] of [0.3, 0.7].entries()) {
      const signal = index % 2 === 0 ? "SIGKILL" : "SIGINT";
      const delay = Math.round(part * 4_000 + Math.random() * 500);
      const starter = startInChild(directory);
      await sleep(delay);
      starter.kill(signal);
      const begun = Date.now();
      const { server } = await start("interrupted");
      const at = `after ${signal} at ${delay} ms`;
      assert.equal((await controlPlaneStatus(directory)).state, "running", at);
      assert.equal(processesNaming(directory).length, 5, at);
      assert.ok(server.startsWith("https://127.0.0.1:"), at);
      assert.ok(Date.now() - begun < 30_000, at);
      await stopControlPlane(directory);
      assert.deepEqual(processesNaming(directory), [], at);
      assert.equal(existsSync(directory), false, at);
    }
  });

  it("can be stopped after an interrupted start", async () => {
    const directory = join(root, "abandoned");
    const starter = startInChild(directory);
    await sleep(1_200 + Math.random() * 1_500);
    starter.kill("SIGKILL");
    await stopControlPlane(directory);
    assert.deepEqual(processesNaming(directory), []);
    await stopControlPlane(directory);
    assert.equal((await controlPlaneStatus(directory)).state, "stopped");
  });

  it("does not touch a directory with other files", async () => {
    const directory = join(root, "foreign");
    mkdirSync(directory);
    writeFileSync(join(directory, "thesis.txt"), "years of work");
    await assert.rejects(start("foreign"), /holds thesis.txt and no control plane/);
    await assert.rejects(stopControlPlane(directory), /holds thesis.txt and no control plane/);
    assert.deepEqual(readdirSync(directory), ["thesis.txt"]);
  });
});

function startInChild(directory: string): ChildProcess {
  const main = join(__dirname, "..", "..", "local", "main.ts");
  const args = ["--import", "tsx", main, "start", "--directory", directory];
  return spawn(process.execPath, args, { stdio: "ignore" });
}

function pkiOf(directory: string): ClusterPki {
  return pkiFiles(layoutOf(directory).pki);
}

async function create(api: ApiClient, collection: string, body: unknown): Promise<void> {
  const response = await api.post(collection, body);
  assert.equal(response.status, 201, response.body);
}

async function kill(directory: string, name: string): Promise<void> {
  const { components } = await controlPlaneStatus(directory);
  const pid = components.find((component) => component.name === name)?.pid;
  assert.ok(pid !== undefined, `${name} does not run`);
  process.kill(pid, "SIGKILL");
  await until(`${name} is gone`, async () => {
    const now = await controlPlaneStatus(directory);
    return now.components.find((component) => component.name === name)?.pid === undefined;
  });
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 40_000;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `waited in vain until ${what}`);
    await sleep(50);
  }
}

/** Ids of processes, other than this one, that have a path below the directory among their arguments. */
function processesNaming(directory: string): number[] {
  const ids = existsSync("/proc/self")
    ? readdirSync("/proc").filter((name) => /^\d+$/.test(name))
    : execFileSync("ps", ["-A", "-o", "pid="], { encoding: "utf8" }).trim().split(/\s+/);
  return ids.map(Number).filter((pid) => commandLine(pid).includes(`${directory}/`));
}

/** Addresses, as the kernel writes them, on which a process accepts TCP connections; none where /proc is missing. */
function listeningAddresses(pid: number): string[] {
  if (!existsSync(`/proc/${pid}/net/tcp`)) return [];
  const own = new Set<string>();
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    try {
      own.add(`${statSync(`/proc/${pid}/fd/${descriptor}`).ino}`);
    } catch {
      // Closed since it was listed.
    }
  }
  const tables = ["tcp", "tcp6"].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, "utf8").trim().split("\n").slice(1),
  );
  return tables
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === "0A" && own.has(fields[9] ?? ""))
    .map((fields) => (fields[1] ?? "").split(":")[0] ?? "");
}
