import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import type { Ports } from "./ports";

/** Every file of one control plane, all below the directory that its caller chose. */
export interface Layout {
  readonly directory: string;
  /** Marks the directory as ours, and records the chosen ports. */
  readonly state: string;
  /** The administrator's credentials, for people, kubectl and the Pulumi program. */
  readonly kubeconfig: string;
  readonly pki: string;
  /** Configuration of the encryption of Secrets in etcd, with the key. */
  readonly encryption: string;
  readonly etcdData: string;
  readonly logs: string;
  readonly pids: string;
}

export function layoutOf(directory: string): Layout {
  return {
    directory,
    state: join(directory, "control-plane.json"),
    kubeconfig: join(directory, "kubeconfig"),
    pki: join(directory, "pki"),
    encryption: join(directory, "encryption.json"),
    etcdData: join(directory, "etcd"),
    logs: join(directory, "logs"),
    pids: join(directory, "pids"),
  };
}

/** Returns the path of the kubeconfig of one of the control plane's own components. */
export function componentKubeconfig(layout: Layout, component: string): string {
  return join(layout.pki, `${component}.kubeconfig`);
}

/** Creates a directory that only its owner can read. */
export function privateDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
}

/** Writes a file that only its owner can read; readers see either the old content or the complete new one. */
export function writePrivate(file: string, content: string): void {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, content, { mode: 0o600 });
  renameSync(temporary, file);
}

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
