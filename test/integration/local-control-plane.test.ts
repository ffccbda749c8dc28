import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { controlPlaneStatus, stopControlPlane } from "../../local/control-plane";
import { withApi, type ApiClient } from "../../local/api";
import { layoutOf } from "../../local/directory";
import { pkiFiles, type ClusterPki } from "../../local/pki";
import { ControlPlanes } from "./control-planes";
import { until } from "./time";

/** The control plane that the first test to run starts for all. */
const NAME = "shared";

describe("the local control plane", function () {
  this.timeout(900_000);
  let planes: ControlPlanes;

  before(async function () {
    this.timeout(20 * 60_000);
    planes = await ControlPlanes.create();
  });
  after(() => planes.remove());

  it("runs workloads to completion, binds claims and deletes namespaces", async () => {
    const { directory, server } = await planes.start(NAME);
    await withApi(server, pkiOf(directory), async (api) => {
      await create(api, "/api/v1/namespaces", { metadata: { name: "work" } });
      // A namespace waits for half of its pods' grace period, and nothing runs in these pods.
      const pod = {
        containers: [{ name: "main", image: "none" }],
        terminationGracePeriodSeconds: 1,
      };
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
    const { directory, kubeconfig, server } = await planes.start(NAME);
    assert.match(server, /^https:\/\/127\.0\.0\.1:\d+$/);
    const layout = layoutOf(directory);
    for (const folder of [directory, layout.pki, layout.logs, layout.pids, layout.etcdData]) {
      assert.equal(statSync(folder).mode & 0o777, 0o700, folder);
    }
    const secrets = [
      kubeconfig,
      layout.encryption,
      ...readdirSync(layout.pki).map((name) => join(layout.pki, name)),
    ];
    for (const file of secrets) assert.equal(statSync(file).mode & 0o777, 0o600, file);
    const { components } = await controlPlaneStatus(directory);
    for (const { name, pid } of components) {
      assert.ok(pid !== undefined, name);
      for (const address of listeningAddresses(pid)) assert.equal(address, "0100007F", name);
    }
  });

  it("encrypts Secrets in etcd's files", async () => {
    const { directory, server } = await planes.start(NAME);
    const [secret, other] = [randomBytes(24).toString("hex"), randomBytes(24).toString("hex")];
    await withApi(server, pkiOf(directory), async (api) => {
      const metadata = { name: "encryption" };
      const stringData = { text: secret };
      await create(api, "/api/v1/namespaces/default/secrets", { metadata, stringData });
      await create(api, "/api/v1/namespaces/default/configmaps", {
        metadata,
        data: { text: other },
      });
    });
    const data = layoutOf(directory).etcdData;
    const files = readdirSync(data, { recursive: true, encoding: "utf8" })
      .map((name) => join(data, name))
      .filter((path) => statSync(path).isFile());
    const holds = (text: string) => files.some((path) => readFileSync(path).includes(text));
    assert.ok(holds(other), "what is stored is not found at all");
    assert.equal(holds(secret), false);
    assert.equal(holds(Buffer.from(secret).toString("base64").slice(0, -2)), false);
  });

  it("makes pods ready again that were marked as not ready while their node was lost", async () => {
    const { directory, server, kubeconfig } = await planes.start(NAME);
    const spec = { containers: [{ name: "main", image: "none" }] };
    await withApi(server, pkiOf(directory), (plain) =>
      create(plain, "/api/v1/namespaces/default/pods", { metadata: { name: "lost" }, spec }),
    );
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const api = config.makeApiClient(CoreV1Api);
    const place = { name: "lost", namespace: "default" };
    const readiness = async () => {
      const pod = await api.readNamespacedPod(place);
      return { pod, ready: pod.status?.conditions?.find(({ type }) => type === "Ready") };
    };
    await until("the pod is ready", async () => (await readiness()).ready?.status === "True");
    // As the controller manager does when the node's lease has expired.
    const { pod, ready } = await readiness();
    assert.ok(ready);
    ready.status = "False";
    const { metadata } = await api.replaceNamespacedPodStatus({ ...place, body: pod });
    await until("the pod is ready again", async () => {
      const now = await readiness();
      const isLater = now.pod.metadata?.resourceVersion !== metadata?.resourceVersion;
      return isLater && now.ready?.status === "True";
    });
  });

  it("is left unchanged by a second start, even by a concurrent one", async () => {
    const first = await planes.start(NAME);
    const before = await controlPlaneStatus(first.directory);
    const [second, third] = await Promise.all([planes.start(NAME), planes.start(NAME)]);
    assert.deepEqual([second, third], [first, first]);
    assert.deepEqual(await controlPlaneStatus(first.directory), before);
    assert.equal(before.state, "running");
  });

  it("restarts killed components, at the same address and with the same data", async () => {
    const first = await planes.start(NAME);
    await withApi(first.server, pkiOf(first.directory), (api) =>
      create(api, "/api/v1/namespaces", { metadata: { name: "kept" } }),
    );
    for (const victim of ["kube-apiserver", "etcd", "kwok"]) {
      await kill(first.directory, victim);
      assert.equal((await controlPlaneStatus(first.directory)).state, "degraded");
      assert.deepEqual(await planes.start(NAME), first);
      assert.equal((await controlPlaneStatus(first.directory)).state, "running");
    }
    await withApi(first.server, pkiOf(first.directory), async (api) => {
      assert.equal((await api.get("/api/v1/namespaces/kept")).status, 200);
    });
  });

  it("neither trusts nor kills another program with a recorded process ID", async () => {
    const { directory } = await planes.start(NAME);
    await kill(directory, "kwok");
    const stranger = spawn("sleep", ["600"], { stdio: "ignore" });
    try {
      writeFileSync(join(layoutOf(directory).pids, "kwok"), `${stranger.pid}\n`);
      assert.equal((await controlPlaneStatus(directory)).state, "degraded");
      await planes.start(NAME);
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
    const [a, b] = await Promise.all([planes.start("a"), planes.start("b")]);
    assert.notEqual(a.server, b.server);
    await stopControlPlane(a.directory);
    assert.equal((await controlPlaneStatus(a.directory)).state, "stopped");
    assert.equal((await controlPlaneStatus(b.directory)).state, "running");
  });
});

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

/**
 * Returns the addresses, in the kernel's format, on which a process accepts TCP connections; none if /proc is missing.
 */
function listeningAddresses(pid: number): string[] {
  if (!existsSync(`/proc/${pid}/net/tcp`)) return [];
  const own = new Set<string>();
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    try {
      own.add(`${statSync(`/proc/${pid}/fd/${descriptor}`).ino}`);
    } catch {
      // It was closed after it was listed.
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
