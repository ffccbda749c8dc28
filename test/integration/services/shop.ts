import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Check } from "../../../verify/check";
import { connect } from "../../../verify/cluster/api";
import { readServices, type ServicesStack } from "../../../systems/services/outputs";
import { verifyServices } from "../../../systems/services/verify";
import { kubectl } from "../kubectl";
import { TestStack } from "../stack";
import { until } from "../time";

/** Namespace that only this test uses. */
export const NAMESPACE = "services-shop";
export const SERVICES = ["agent", "db", "orders", "web"];

/**
 * Four services: a server that somebody else deploys, two callers of which one is a DaemonSet, and a server that this
 * stack deploys as a release.
 */
export function sections(
  clients: string,
  generations: Readonly<Record<string, string>> = { g1: "signing" },
) {
  const own = { namespace: NAMESPACE };
  return {
    authority: {
      subject: { commonName: "Shop CA" },
      generations: Object.fromEntries(
        Object.entries(generations).map(([name, state]) => [name, { state }]),
      ),
    },
    services: {
      db: { ...own, server: { clients, port: 5432 }, restarts: ["statefulset/db"] },
      orders: {
        ...own,
        calls: { db: { host: `db.${NAMESPACE}` }, web: {} },
        files: { form: "combined", ca: { form: "directory", object: "keys" } },
        restarts: ["deployment/orders"],
      },
      agent: {
        ...own,
        calls: { web: {} },
        files: { form: "jks", ca: { form: "pkcs12" } },
        restarts: ["daemonset/agent"],
      },
      web: {
        ...own,
        server: { clients: "required" },
        calls: { db: {} },
        release: {
          chart: { path: "web-chart" },
          values: { secret: "<countersign:keys>", cas: "<countersign:ca>" },
        },
      },
    },
  };
}

const podOf = (name: string, volumes: readonly object[] = []) => ({
  metadata: { labels: { app: name } },
  spec: {
    containers: [
      {
        name: "main",
        image: "none",
        volumeMounts: volumes.map((_, index) => ({ name: `v${index}`, mountPath: `/v${index}` })),
      },
    ],
    volumes: volumes.map((volume, index) => ({ name: `v${index}`, ...volume })),
  },
});

/** A workload that somebody else deploys. */
const workload = (kind: string, name: string, secretName: string) => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name, namespace: NAMESPACE },
  spec: {
    ...(kind === "StatefulSet" && { serviceName: name }),
    selector: { matchLabels: { app: name } },
    template: podOf(name, [{ secret: { secretName } }]),
  },
});

function writeChart(directory: string): void {
  mkdirSync(join(directory, "templates"), { recursive: true });
  writeFileSync(
    join(directory, "Chart.yaml"),
    stringify({ apiVersion: "v2", name: "web", version: "1.0.0" }),
  );
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: {
      selector: { matchLabels: { app: "web" } },
      template: podOf("web", [
        { secret: { secretName: "{{ .Values.secret }}" } },
        { configMap: { name: "{{ .Values.cas }}" } },
      ]),
    },
  };
  writeFileSync(join(directory, "templates", "web.yaml"), stringify(deployment));
}

async function outputsOf(stack: TestStack): Promise<ServicesStack> {
  const found = readServices({ origin: stack.name, content: await stack.values() });
  assert.ok(found);
  return found;
}

/** Returns what `countersign verify` finds in a stack of services; in this process, which is faster. */
export async function verify(stack: TestStack): Promise<readonly Check[]> {
  const cluster = await connect({ kubeconfig: stack.environment.KUBECONFIG ?? "" });
  try {
    return await verifyServices(cluster, await outputsOf(stack), new Date());
  } finally {
    cluster.close();
  }
}

/** Services on the control plane. */
export class Shop {
  private constructor(readonly stack: TestStack) {}

  /** Deploys the workloads of others, and then the stack. */
  static async create(): Promise<Shop> {
    const stack = await TestStack.create("services", sections("tls"));
    writeChart(join(stack.directory, "web-chart"));
    const objects = [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } },
      workload("StatefulSet", "db", "db-tls"),
      workload("Deployment", "orders", "orders-tls"),
      workload("DaemonSet", "agent", "agent-tls"),
    ];
    await kubectl(["apply", "-f", "-"], objects.map((each) => stringify(each)).join("---\n"));
    await stack.up();
    return new Shop(stack);
  }

  outputs(): Promise<ServicesStack> {
    return outputsOf(this.stack);
  }

  verify(): Promise<readonly Check[]> {
    return verify(this.stack);
  }

  /** Returns the failed checks as `party code`, each once. Each must say what to do. */
  async broken(): Promise<string[]> {
    const failed = (await this.verify()).filter(({ ok }) => !ok);
    for (const { todo } of failed) assert.ok(todo);
    return [...new Set(failed.map(({ party, code }) => `${party} ${code}`))].sort();
  }

  /** Fails unless all checks hold, as soon as the pods have rolled, and all servers have accepted their callers. */
  async assertWorks(): Promise<void> {
    let checks: readonly Check[] = [];
    await until("all workloads have rolled out", async () => {
      checks = await this.verify();
      return !checks.some(({ ok, code }) => !ok && code === "roll-out");
    });
    assert.deepEqual(
      checks.filter(({ ok }) => !ok).map(({ party, code, message }) => [party, code, message]),
      [],
    );
    assert.deepEqual(
      checks.filter(({ code }) => code === "accepted").map(({ party }) => party),
      ["service db", "service web"],
    );
  }
}
