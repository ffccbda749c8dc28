import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { writePrivate } from "./files";
import type { Layout } from "./layout";
import type { Ports } from "./ports";

/** Returns the ports of this control plane, or undefined if there is none in the directory. */
export function readPorts(layout: Layout): Ports | undefined {
  if (!existsSync(layout.state)) return undefined;
  return JSON.parse(readFileSync(layout.state, "utf8")) as Ports;
}

export function writePorts(layout: Layout, ports: Ports): void {
  writePrivate(layout.state, `${JSON.stringify(ports)}\n`);
}

/** Refuses a directory with other files: stopping deletes what starting wrote. */
export function assertOurs(layout: Layout): void {
  if (!existsSync(layout.directory) || existsSync(layout.state)) return;
  const found = readdirSync(layout.directory).find((name) => !isWritten(name, layout.state));
  if (found === undefined) return;
  throw new Error(
    `${layout.directory} holds ${found} and no control plane: ` +
      `name a new or empty directory, or the one of an earlier start`,
  );
}

/** Deletes everything that a start wrote, and the directory if it contains nothing else. */
export function removeData(layout: Layout): void {
  if (!existsSync(layout.directory)) return;
  // The state comes last, so that the directory is still recognized as ours after an interrupted removal.
  const { kubeconfig, pki, encryption, etcdData, logs, pids, state } = layout;
  for (const path of [kubeconfig, pki, encryption, etcdData, logs, pids, state]) {
    for (const name of readdirSync(layout.directory)) {
      if (isWritten(name, path)) rmSync(join(layout.directory, name), { recursive: true });
    }
  }
  if (readdirSync(layout.directory).length === 0) rmdirSync(layout.directory);
}

/** Whether this is the path's own name, or the temporary name from an interrupted start. */
function isWritten(name: string, path: string): boolean {
  return name === basename(path) || name.startsWith(`${basename(path)}.`);
}
