import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient, Response } from "./api";
import type { Layout } from "./directory";
import { logFile, runningPid } from "./processes";

const pollMs = 50;
const patienceMs = 60_000;
const tailBytes = 4_000;
const tailLines = 15;

/** Thrown if a component ended during the start because another program had taken its port. */
export class PortTaken extends Error {}

/** Waits for a condition, as long as all components that it depends on are running. */
export async function waitFor(
  layout: Layout,
  names: readonly string[],
  what: string,
  condition: () => Promise<boolean>,
): Promise<void> {
  const end = Date.now() + patienceMs;
  let said = "";
  const isSo = () =>
    condition().catch((error: unknown) => {
      said = ` (${error instanceof Error ? error.message : String(error)})`;
      return false;
    });
  while (Date.now() < end) {
    for (const name of names) {
      if (runningPid(layout, name) === undefined) throw explainEnd(layout, name);
    }
    if (await isSo()) return;
    await sleep(pollMs);
  }
  const logs = names.map((name) => logFile(layout, name)).join(", ");
  throw new Error(
    `gave up after waiting ${patienceMs / 1000} s until ${what}${said}; look for the reason in ${logs}`,
  );
}

export async function isServing(api: ApiClient): Promise<boolean> {
  return (await api.get("/readyz")).status === 200;
}

/** Whether pods can run: kwok reports the node as ready, and the controller manager has lifted its taint. */
export async function isNodeReady(api: ApiClient): Promise<boolean> {
  const response = await api.get(`/api/v1/nodes/${nodeName}`);
  if (response.status !== 200) return false;
  const node = JSON.parse(response.body) as Node;
  const ready = node.status?.conditions?.some(
    (condition) => condition.type === "Ready" && condition.status === "True",
  );
  return ready === true && (node.spec?.taints ?? []).length === 0;
}

interface Node {
  readonly spec?: { readonly taints?: readonly unknown[] };
  readonly status?: { readonly conditions?: readonly { type: string; status: string }[] };
}

/** @returns true once all of them exist. @throws Error with the API server's reason if it refuses one. */
export async function createStartingObjects(api: ApiClient): Promise<true> {
  for (const { collection, body } of startingObjects) {
    const response = await api.post(collection, body);
    const exists = response.status === 409;
    if (response.status !== 201 && !exists) throw refused(collection, response);
  }
  return true;
}

function refused(collection: string, { status, body }: Response): Error {
  return new Error(`the API server answered ${status} to a new object in ${collection}: ${body}`);
}

function explainEnd(layout: Layout, name: string): Error {
  const file = logFile(layout, name);
  const tail = readTail(file);
  const message = `${name} ended during the start. The end of ${file}:\n${tail}`;
  return tail.includes("address already in use") ? new PortTaken(message) : new Error(message);
}

function readTail(file: string): string {
  if (!existsSync(file)) return "(the file does not exist)";
  const size = statSync(file).size;
  const buffer = Buffer.alloc(Math.min(size, tailBytes));
  const descriptor = openSync(file, "r");
  readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
  closeSync(descriptor);
  return buffer.toString("utf8").trimEnd().split("\n").slice(-tailLines).join("\n");
}

/** An object that the cluster starts with, and its collection. */
interface StartingObject {
  readonly collection: string;
  readonly body: { readonly metadata: { readonly name: string } };
}

const nodeName = "local";

/** Objects that a cluster's installer would have created: somewhere to run, and somewhere to store. */
const startingObjects: readonly StartingObject[] = [
  {
    collection: "/api/v1/nodes",
    body: {
      metadata: { name: nodeName, labels: { "kubernetes.io/hostname": nodeName } },
    } as StartingObject["body"],
  },
  {
    collection: "/apis/storage.k8s.io/v1/storageclasses",
    body: {
      metadata: {
        name: "local",
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
      // The stages in stages.yaml act as this provisioner, so its name is also there.
      provisioner: "local.countersign/volume",
    } as StartingObject["body"],
  },
];
