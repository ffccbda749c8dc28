import { resolve } from "node:path";
import { withApi } from "./api";
import { componentNames } from "./components";
import { layoutOf } from "./layout";
import { pkiFiles, type ClusterPki } from "./pki";
import { serverUrl } from "./ports";
import { logFile, runningPid } from "./processes";
import { isNodeReady, isServing } from "./readiness";
import { readPorts } from "./state";

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
