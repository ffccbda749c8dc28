import { cpSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { withStandIns } from "../stand-ins";

const root = resolve(__dirname, "..", "..");

/** Folders of `examples/`. */
export const EXAMPLES = readdirSync(join(root, "examples")).sort();

/**
 * Copies an example out of the repository. Published charts are replaced by their stand-ins, and namespaces have names
 * of their own, since tests share the cluster.
 *
 * @param installed folder with the `node_modules` of an installation.
 * @returns the names of its stacks.
 */
export function copyExample(name: string, to: string, installed: string): readonly string[] {
  // What a developer has installed or exported there is not part of the example.
  const filter = (file: string) => !/^(node_modules|exported|\..+)$/.test(basename(file));
  cpSync(join(root, "examples", name), to, { recursive: true, filter });
  symlinkSync(join(installed, "node_modules"), join(to, "node_modules"));
  const charts = relative(to, join(root, "charts"));
  const files = readdirSync(to, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((each) => /^(?!node_modules).+\.ya?ml$/.test(each))) {
    const text = readFileSync(join(to, file), "utf8")
      .replace(/^( +)(channels:)$/m, "$1namespace: orchestrator\n$1$2")
      .replace(/\b(namespace: )(\S+)/g, "$1copied-$2");
    writeFileSync(join(to, file), withStandIns(text, charts));
  }
  return files.flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []).sort();
}
