import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { NotInstalled, installPackage, isExecutable } from "../debian";
import type { Account } from "./server";

/** Folder in which Debian has a folder of programs for each version of the server. */
const VERSIONS = "/usr/lib/postgresql";

/**
 * Returns the folder of PostgreSQL's programs: on PATH, or where Debian's package has them. If they are missing, root
 * installs that package.
 *
 * @throws Error if they are missing and this user may not install them.
 */
export function ensurePostgres(): string {
  const found = findPostgres();
  if (found !== undefined) return found;
  installPackage("postgresql", NO_POSTGRES);
  const installed = findPostgres();
  if (installed === undefined) throw new Error(NO_POSTGRES);
  return installed;
}

/** The variable that tells test files that there is no PostgreSQL to test with. */
export const WITHOUT_POSTGRES = "COUNTERSIGN_TEST_WITHOUT_POSTGRES";

/** Does the same as ensurePostgres, but lets the tests run without PostgreSQL, and says so, if no archive has it. */
export function tryPostgres(): void {
  try {
    ensurePostgres();
  } catch (error) {
    if (!(error instanceof NotInstalled)) throw error;
    process.stderr.write(`PostgreSQL IS NOT TESTED: ${error.message}\n`);
    process.env[WITHOUT_POSTGRES] = "true";
  }
}

const NO_POSTGRES =
  "there is no PostgreSQL server (initdb, postgres, psql) on the PATH or in /usr/lib/postgresql, which the tests start on loopback; install it, for example with `apt-get install postgresql`";

/** Folders in which the programs may be, the newest of Debian's versions first. */
function findPostgres(): string | undefined {
  const path = (process.env.PATH ?? "").split(delimiter);
  return [...path, ...debianFolders()].find((folder) =>
    ["initdb", "postgres", "psql"].every((name) => isExecutable(join(folder, name))),
  );
}

function debianFolders(): string[] {
  try {
    const versions = readdirSync(VERSIONS).sort((one, other) => Number(other) - Number(one));
    return versions.map((version) => join(VERSIONS, version, "bin"));
  } catch {
    return []; // not installed
  }
}

/** Returns the account that the server runs as, since it refuses to run as root; undefined for every other user. */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [uid = 0, gid = 0] = ["-u", "-g"].map((flag) =>
    Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" })),
  );
  return { uid, gid };
}
