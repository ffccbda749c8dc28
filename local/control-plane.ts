import { resolve } from "node:path";
import { withLock } from "../host";
import { fileOf, type Toolchain } from "../toolchain";
import { withApi } from "./api";
import { componentNames, components, type Component } from "./components";
import { ensureEncryption } from "./encryption";
import { privateDirectory } from "./files";
import { writeKubeconfig } from "./kubeconfig";
import { componentKubeconfig, layoutOf, type Layout } from "./layout";
import { ensurePki } from "./pki";
import { choosePorts, serverUrl } from "./ports";
import { launch, runningPid, stop } from "./processes";
import { createStartingObjects, isNodeReady, isServing, PortTaken, waitFor } from "./readiness";
import { assertOurs, readPorts, removeData, writePorts } from "./state";

/** A running control plane. */
export interface ControlPlane {
  readonly directory: string;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** URL of the API server. */
  readonly server: string;
}

export interface StartOptions {
  /** Where everything lies that belongs to this control plane; several may run side by side in different ones. */
  readonly directory: string;
  /** A toolchain with the group "cluster". */
  readonly binaries: Toolchain;
  /** Gets a line for each step. @default - nothing is said */
  readonly log?: (line: string) => void;
}

const portAttempts = 3;

/** Starts a control plane, or whatever part of it does not run; returns when pods can be scheduled. */
export async function startControlPlane(options: StartOptions): Promise<ControlPlane> {
  const layout = layoutOf(resolve(options.directory));
  const log = options.log ?? (() => undefined);
  return exclusively(layout, async () => {
    assertOurs(layout);
    const started: string[] = [];
    try {
      return await startWithFreePorts(layout, options.binaries, log, started);
    } catch (error) {
      await stop(layout, started);
      throw error;
    }
  });
}

/** Ends every process of the control plane in this directory and deletes its data. */
export async function stopControlPlane(directory: string): Promise<void> {
  const layout = layoutOf(resolve(directory));
  await exclusively(layout, async () => {
    assertOurs(layout);
    await stopAll(layout);
    removeData(layout);
  });
}

/** Two starts or stops of one directory wait for each other; the lock lies beside it, for a stop deletes it. */
function exclusively<T>(layout: Layout, action: () => Promise<T>): Promise<T> {
  return withLock(`${layout.directory}.lock`, action);
}

async function startWithFreePorts(
  layout: Layout,
  binaries: Toolchain,
  log: (line: string) => void,
  started: string[],
): Promise<ControlPlane> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startMissing(layout, binaries, log, started);
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === portAttempts) throw error;
      log("another program took a port in between: starting again with other ports");
      await stopAll(layout);
      writePorts(layout, await choosePorts());
    }
  }
}

async function startMissing(
  layout: Layout,
  binaries: Toolchain,
  log: (line: string) => void,
  started: string[],
): Promise<ControlPlane> {
  privateDirectory(layout.directory);
  const ports = readPorts(layout) ?? (await choosePorts());
  // First of all files: from here on the directory is known as ours, however soon we are interrupted.
  writePorts(layout, ports);
  for (const directory of [layout.logs, layout.pids, layout.etcdData]) privateDirectory(directory);
  ensureEncryption(layout.encryption);
  const pki = await ensurePki(layout.pki);
  const server = serverUrl(ports);
  writeKubeconfig(layout.kubeconfig, server, pki.ca, pki.admin);

  const startEach = async (wanted: readonly Component[]): Promise<void> => {
    for (const component of wanted) {
      if (runningPid(layout, component.name) !== undefined) continue;
      log(`starting ${component.name}`);
      started.push(component.name);
      if (component.identity !== undefined) {
        const kubeconfig = componentKubeconfig(layout, component.name);
        writeKubeconfig(kubeconfig, server, pki.ca, component.identity);
      }
      await launch(layout, component.name, fileOf(binaries, component.name), component.args);
    }
  };
  const all = components(layout, pki, ports);
  const base = all.filter((component) => component.identity === undefined);
  const rest = all.filter((component) => component.identity !== undefined);

  await withApi(server, pki, async (api) => {
    await startEach(base);
    await waitFor(layout, namesOf(base), "the API server is ready", () => isServing(api));
    await startEach(rest);
    // It may have called itself ready for the second that it remembers, while etcd was being started anew.
    await waitFor(layout, namesOf(all), "the API server takes objects", () =>
      createStartingObjects(api),
    );
    await waitFor(layout, namesOf(all), "the node is ready", () => isNodeReady(api));
  });
  log(`the control plane at ${server} is ready; kubeconfig: ${layout.kubeconfig}`);
  return { directory: layout.directory, kubeconfig: layout.kubeconfig, server };
}

/** The database last: what still writes to it would otherwise wait for it in vain. */
async function stopAll(layout: Layout): Promise<void> {
  await stop(
    layout,
    componentNames.filter((name) => name !== "etcd"),
  );
  await stop(layout, ["etcd"]);
}

function namesOf(list: readonly Component[]): string[] {
  return list.map((component) => component.name);
}
