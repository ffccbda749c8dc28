import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

const root = resolve(__dirname, "..");

/**
 * Runs the unit tests and those of the package on other versions of Node than this one. npm has Node's own binaries as
 * packages, one for each platform.
 */
async function main(versions: readonly string[]): Promise<void> {
  const unclear = versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version));
  if (unclear.length > 0 || versions.length === 0) {
    throw new Error(
      `NODES is ${JSON.stringify(versions.join(" "))}; write full versions with blanks between them, e.g. make nodes NODES="22.23.3 24.21.0"`,
    );
  }
  const failed: string[] = [];
  for (const version of versions) {
    const folder = installed(version);
    process.stdout.write(`\n##### Node ${version}\n`);
    const child = spawn(
      join(folder, "node"),
      ["--import", "tsx", "test/run.ts", "unit", "package"],
      {
        cwd: root,
        env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH ?? ""}` },
        stdio: "inherit",
      },
    );
    const [status] = (await once(child, "exit")) as [number | null];
    if (status !== 0) failed.push(version);
  }
  process.stdout.write(
    failed.length > 0 ? `\nfailed on Node ${failed.join(", ")}\n` : "\npassed on every Node\n",
  );
  process.exitCode = failed.length > 0 ? 1 : 0;
}

/** Installs a version of Node, if it is not there already. @returns the folder of its binary. */
function installed(version: string): string {
  const name = `node-${process.platform}-${process.arch}`;
  const place = join(root, ".countersign", "nodes", version);
  if (!existsSync(place)) {
    const unfinished = `${place}.${process.pid}`;
    mkdirSync(unfinished, { recursive: true });
    try {
      const args = ["install", "--prefix", unfinished, "--no-save", "--ignore-scripts"];
      execFileSync("npm", [...args, "--no-audit", "--no-fund", `${name}@${version}`], {
        stdio: ["ignore", "ignore", "inherit"],
      });
      renameSync(unfinished, place);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  }
  return join(place, "node_modules", name, "bin");
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
