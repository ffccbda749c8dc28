import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { writePrivate } from "./files";
import type { Layout } from "./layout";
import type { Ports } from "./ports";

/** The ports that this control plane was given, or undefined if there is none in the directory. */
export function readPorts(layout: Layout): Ports | undefined {
  if (!existsSync(layout.state)) return undefined;
  return JSON.parse(readFileSync(layout.state, "utf8")) as Ports;
}

export function writePorts(layout: Layout, ports: Ports): void {
  writePrivate(layout.state, `${JSON.stringify(ports)}\n`);
}

/** Refuses a directory with other people's files: stopping deletes what starting wrote. */
export function assertOurs(layout: Layout): void {
  if (!existsSync(layout.directory) || existsSync(layout.state)) return;
  const found = readdirSync(layout.directory)[0];
  if (found === undefined) return;
  throw new Error(
    `${layout.directory} holds ${found} and no control plane: ` +
      `name a new or empty directory, or the one of an earlier start`,
  );
}

/** Deletes what a start wrote, and the directory if nothing else is in it. */
export function removeData(layout: Layout): void {
  const written = [
    layout.kubeconfig,
    layout.pki,
    `${layout.pki}.new`,
    layout.etcdData,
    layout.logs,
    layout.pids,
    // Last, so that an interrupted removal is still recognized as ours.
    layout.state,
  ];
  for (const path of written) rmSync(path, { recursive: true, force: true });
  if (existsSync(layout.directory) && readdirSync(layout.directory).length === 0) {
    rmdirSync(layout.directory);
  }
}
