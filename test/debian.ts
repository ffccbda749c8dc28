import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Thrown if Debian's archive could not be reached, or does not have the package. */
export class NotInstalled extends Error {}

let isUpdated = false;

/**
 * Installs one of Debian's packages, without what it recommends.
 *
 * @param missing message that says what is missing, and what to do.
 * @throws NotInstalled if no archive has it; another error if this user may not install it.
 */
export function installPackage(name: string, missing: string): void {
  if (process.getuid?.() !== 0) throw new Error(missing);
  process.stderr.write(`installing Debian's package ${name}, which the tests start\n`);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = ["install", "-y", "-qq", "--no-install-recommends", name];
  const wait = ["-o", "DPkg::Lock::Timeout=300"]; // another test may be installing
  try {
    for (const args of [...(isUpdated ? [] : [["update", "-qq"]]), install])
      execFileSync("apt-get", [...wait, ...args], {
        env: environment,
        stdio: ["ignore", "ignore", "pipe"],
      });
    isUpdated = true;
  } catch (error) {
    throw new NotInstalled(`${missing}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Returns the path of a program: on PATH, or where Debian has servers. If it is missing, root installs its package.
 *
 * @throws NotInstalled if no archive has it; another error if this user may not install it.
 */
export function debianProgram(name: string, pack: string): string {
  const found = find(name);
  if (found !== undefined) return found;
  const missing = `there is no ${name} on the PATH or in /usr/sbin, which the tests start on loopback; install it, for example with \`apt-get install ${pack}\``;
  installPackage(pack, missing);
  const now = find(name);
  if (now === undefined) throw new Error(missing);
  return now;
}

function find(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin"];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
