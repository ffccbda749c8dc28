import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startControlPlane, stopControlPlane, type ControlPlane } from "../../local";
import { ensureToolchain, type Toolchain } from "../../toolchain";

/** What the integration tests share: the tools and one control plane, in folders that go with the test run. */
export interface Workbench {
  readonly toolchain: Toolchain;
  readonly controlPlane: ControlPlane;
  /** Environment of every child process. */
  readonly environment: Readonly<Record<string, string>>;
  /** A folder for everything that the tests write. */
  readonly directory: string;
}

let started: Promise<Workbench> | undefined;

/** The workbench of this test run; the first call starts it. */
export function workbench(): Promise<Workbench> {
  started ??= start();
  return started;
}

async function start(): Promise<Workbench> {
  const toolchain = await ensureToolchain(["pulumi", "cluster", "test"]);
  const directory = mkdtempSync(join(tmpdir(), "countersign-test-"));
  const controlPlane = await startControlPlane({
    directory: join(directory, "cluster"),
    binaries: toolchain,
  });
  const environment = { ...toolchain.env, KUBECONFIG: controlPlane.kubeconfig };
  Object.assign(process.env, environment); // the Automation API looks for the CLI with our own environment
  return { toolchain, controlPlane, environment, directory };
}

/** Mocha calls this after the last test, also when tests have failed. */
export async function stopWorkbench(): Promise<void> {
  if (!started) return;
  const { directory } = await started;
  await stopControlPlane(join(directory, "cluster"));
  rmSync(directory, { recursive: true, force: true });
}
