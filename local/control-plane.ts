import { resolve } from "node:path";
import { withLock } from "../host";
import { fileOf, type Toolchain } from "../toolchain";
import { withApi } from "./api";
import {
  componentNames,
  components,
  ensureEncryption,
  writeKubeconfig,
  type Component,
} from "./components";
import {
  assertOurs,
  componentKubeconfig,
  layoutOf,
  privateDirectory,
  readPorts,
  removeData,
  writePorts,
  type Layout,
} from "./directory";
import { ensurePki, pkiFiles, type ClusterPki } from "./pki";
import { choosePorts, serverUrl } from "./ports";
import { launch, logFile, runningPid, stop } from "./processes";
import { createStartingObjects, isNodeReady, isServing, PortTaken, waitFor } from "./readiness";

/** A running control plane. */
export interface ControlPlane {
  readonly directory: string;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** URL of the API server. */
  readonly server: string;
}

export interface StartOptions {
  /**
   * The directory for everything that belongs to this control plane; several can run side by side in different
   * directories.
   */
  readonly directory: string;
  /** A toolchain with the group "cluster". */
  readonly binaries: Toolchain;
  /** Called with a line for each step. @default - nothing is reported */
  readonly log?: (line: string) => void;
}

const portAttempts = 3;

/** Starts a control plane, or the parts of it that are not running; returns when pods can be scheduled. */
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

/**
 * Makes starts and stops of one directory wait for each other. The lock is beside the directory, since a stop deletes
 * the directory.
 */
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
      log("another program has taken a port meanwhile: starting again with other ports");
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
  // The first file: from here on, the directory is recognized as ours, however soon the start is interrupted.
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
    // While etcd was being restarted, the API server may have reported itself ready from a result that it caches for a
    // second.
    await waitFor(layout, namesOf(all), "the API server accepts objects", () =>
      createStartingObjects(api),
    );
    await waitFor(layout, namesOf(all), "the node is ready", () => isNodeReady(api));
  });
  log(`the control plane at ${server} is ready; kubeconfig: ${layout.kubeconfig}`);
  return { directory: layout.directory, kubeconfig: layout.kubeconfig, server };
}

/** Stops all processes, the database last: a process that still writes to it would otherwise wait for it in vain. */
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

/** The running processes, and whether the API server answers. */
export interface ControlPlaneStatus {
  readonly state: "running" | "degraded" | "stopped";
  readonly server?: string;
  readonly components: readonly {
    readonly name: string;
    readonly pid?: number;
    readonly log: string;
  }[];
}

export async function controlPlaneStatus(directory: string): Promise<ControlPlaneStatus> {
  const layout = layoutOf(resolve(directory));
  const ports = readPorts(layout);
  const found = componentNames.map((name) => {
    const pid = runningPid(layout, name);
    return { name, log: logFile(layout, name), ...(pid === undefined ? {} : { pid }) };
  });
  const pids = found.filter((component) => component.pid !== undefined).length;
  if (ports === undefined || pids === 0) return { state: "stopped", components: found };
  const server = serverUrl(ports);
  const healthy = pids === found.length && (await answers(server, pkiFiles(layout.pki)));
  return { state: healthy ? "running" : "degraded", server, components: found };
}

async function answers(server: string, pki: ClusterPki): Promise<boolean> {
  return withApi(
    server,
    pki,
    async (api) => (await isServing(api)) && (await isNodeReady(api)),
  ).catch(() => false);
}
