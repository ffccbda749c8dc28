import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "../host";
import { withProgress, type Output } from "./progress";
import type { ProgramTool } from "./tools";

/** Pulumi's own downloads. */
export interface Downloads {
  /** Address of Pulumi's installer. */
  readonly installer: string;
  /** Time in which it must answer, in ms. */
  readonly patience: number;
  /** Installs the CLI into `<root>/bin`. */
  readonly install: (options: CliOptions) => Promise<unknown>;
}

interface CliOptions {
  readonly root: string;
  readonly version: string;
}

export const PULUMI_DOWNLOADS: Downloads = {
  installer: "https://get.pulumi.com",
  patience: 3000,
  install: async ({ root, version }) => {
    // Loaded late: the SDK takes longer to load than everything else here.
    const [{ PulumiCommand }, { SemVer }] = await Promise.all([
      import("@pulumi/pulumi/automation/index.js"),
      import("semver"),
    ]);
    await PulumiCommand.install({ root, version: new SemVer(version) });
  },
};

/**
 * Downloads the Pulumi CLI with its language plugins, as far as the internet is open.
 *
 * @returns the folder of its programs; undefined if there is no way to Pulumi's downloads.
 */
export async function downloadCli(
  { name, version }: Pick<ProgramTool, "name" | "version">,
  cache: string,
  output: Output,
  { installer, patience, install }: Downloads,
): Promise<string | undefined> {
  const folder = join(cache, `${name}-${version}-downloaded`);
  const programs = join(folder, "bin");
  if (existsSync(programs)) return programs;
  if (!(await answers(installer, patience))) return undefined;
  return withLock(`${folder}.lock`, async () => {
    if (existsSync(programs)) return programs; // another run has downloaded it meanwhile
    const root = `${folder}.${process.pid}`;
    try {
      await withProgress(output, `downloading ${name} ${version}`, `from ${installer}`, () =>
        install({ root, version }),
      );
      renameSync(root, folder); // the cache contains only complete folders
      return programs;
    } catch {
      return undefined; // the line of progress has said that it failed
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
}

/** Whether an address answers in time. */
async function answers(url: string, patience: number): Promise<boolean> {
  try {
    const { ok } = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(patience) });
    return ok;
  } catch {
    return false;
  }
}
