import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { devDependencies, dependencies } from "../../package.json";

const root = resolve(__dirname, "..", "..");
const run = promisify(execFile);

/** What `npm pack` says about a tarball. */
export interface Tarball {
  readonly path: string;
  readonly version: string;
  readonly unpackedSize: number;
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Packs this repository, which builds it first, or a folder as it is. */
export async function pack(to: string, from = root): Promise<Tarball> {
  mkdirSync(to, { recursive: true });
  const args = ["pack", "--json", "--pack-destination", to];
  if (from !== root) args.push("--ignore-scripts");
  const printed = await npm(args, from);
  // Before the JSON, npm prints what its scripts print.
  const [packed] = Object.values(
    JSON.parse(printed.slice(printed.search(/^[[{]$/m))) as Record<
      string,
      Omit<Tarball, "path"> & { readonly filename: string }
    >,
  );
  if (packed === undefined) throw new Error(`npm pack says of no tarball: ${printed}`);
  return { ...packed, path: join(to, packed.filename) };
}

/** Packs the content of a tarball again as a newer version. */
export async function repack({ path }: Tarball, version: string, to: string): Promise<Tarball> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-package-"));
  try {
    await run("tar", ["-xzf", path, "-C", folder]);
    const manifest = join(folder, "package", "package.json");
    const content = JSON.parse(readFileSync(manifest, "utf8")) as object;
    writeFileSync(manifest, JSON.stringify({ ...content, version }));
    return await pack(to, join(folder, "package"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The Pulumi packages whose plugins the tools of the tests have, and TypeScript. */
const PULUMI = Object.entries(dependencies)
  .filter(([name]) => name.startsWith("@pulumi/"))
  .map(([name, range]) => `${name}@${range.replace("^", "")}`);
const TYPESCRIPT = [
  `typescript@${devDependencies.typescript}`,
  `@types/node@${devDependencies["@types/node"]}`,
];

/** Installs a tarball in a project's folder, as a person does, beside Pulumi's packages. */
export async function install(folder: string, tarball: Tarball): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const args = ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  await npm([...args, "--save-exact", tarball.path, ...PULUMI], folder);
}

/** Installs TypeScript as the project's own tool. */
export async function installTypeScript(folder: string): Promise<void> {
  const args = ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  await npm([...args, "--save-dev", ...TYPESCRIPT], folder);
}

/** Runs npm, without the settings that an npm around these tests passes on. */
async function npm(args: readonly string[], cwd: string): Promise<string> {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_(?!config_)/i.test(name));
  const options = { cwd, env: Object.fromEntries(own), maxBuffer: 1 << 26 };
  return (await run("npm", [...args], options)).stdout;
}
