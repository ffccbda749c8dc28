import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, relative } from "node:path";
import { withLock } from "../../host";

/** Cache folder by the XDG base directory specification, in which an empty variable counts as unset. */
const home = process.env.XDG_CACHE_HOME ?? "";
const base = join(home === "" ? join(homedir(), ".cache") : home, "countersign", "interop");

/**
 * Returns a folder of the per-user cache. It is created once for each set of inputs that determine its content.
 *
 * @param decisive the inputs that determine the content, besides the platform.
 * @param make fills the folder in its final place; if it fails, the next call starts again.
 */
export async function cached(
  name: string,
  decisive: readonly string[],
  make: (folder: string) => Promise<unknown>,
): Promise<string> {
  const key = JSON.stringify([process.platform, process.arch, ...decisive]);
  const folder = join(
    base,
    `${name}-${createHash("sha256").update(key).digest("hex").slice(0, 12)}`,
  );
  const complete = join(folder, ".complete");
  if (existsSync(complete)) return folder;
  return withLock(`${folder}.lock`, async () => {
    if (existsSync(complete)) return folder; // another run created it while this one waited
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    await make(folder);
    writeFileSync(complete, "");
    return folder;
  });
}

/** Returns the names and contents of all files below a folder. */
export function contentsBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .flatMap((file) => [relative(folder, file), readFileSync(file, "utf8")]);
}
