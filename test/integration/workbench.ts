import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startControlPlane, stopControlPlane, type ControlPlane } from "../../local/control-plane";
import { ensureToolchain } from "../../toolchain";

/**
 * Resources that the integration tests share: the tools and one control plane, in folders that are removed after the
 * test run.
 */
export interface Workbench {
  readonly controlPlane: ControlPlane;
  /** Environment with which every child process finds the tools. */
  readonly environment: Readonly<Record<string, string>>;
  /** A folder for everything that the tests write. */
  readonly directory: string;
}

/** The variable in which a process passes its workbench, as JSON, to processes that it starts. */
const SHARED = "COUNTERSIGN_TEST_WORKBENCH";

let started: Promise<Workbench> | undefined;

/** Returns the workbench of this test run; the first call starts it. */
export function workbench(): Promise<Workbench> {
  const shared = process.env[SHARED];
  started ??= shared === undefined ? start() : Promise.resolve(JSON.parse(shared) as Workbench);
  return started;
}

/** Starts the workbench for this process and for processes that it starts later, which do not stop it. */
export async function shareWorkbench(): Promise<void> {
  process.env[SHARED] = JSON.stringify(await workbench());
}

async function start(): Promise<Workbench> {
  const toolchain = await ensureToolchain(["pulumi", "cluster", "test"]);
  const directory = mkdtempSync(join(tmpdir(), "countersign-test-"));
  const controlPlane = await startControlPlane({
    directory: join(directory, "cluster"),
    binaries: toolchain,
  });
  const environment = { ...toolchain.env, KUBECONFIG: controlPlane.kubeconfig };
  Object.assign(process.env, environment); // the Automation API searches for the CLI with our own environment
  return { controlPlane, environment, directory };
}

/** Stops the workbench; the process that started it calls this after the last test, even if tests have failed. */
export async function stopWorkbench(): Promise<void> {
  if (!started) return;
  const { directory } = await started;
  await stopControlPlane(join(directory, "cluster"));
  rmSync(directory, { recursive: true, force: true });
}
