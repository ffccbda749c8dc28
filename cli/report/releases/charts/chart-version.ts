import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Helm } from "./helm";
import { Unavailable } from "./unavailable";

/**
 * The version of a chart in a folder or an archive.
 *
 * @param called how messages call it.
 * @throws Unavailable if it is no chart.
 */
export async function versionOf(path: string, called: string, helm: Helm): Promise<string> {
  const metadata = statSync(path).isDirectory()
    ? readMetadata(path, called)
    : (await helm(["show", "chart", "--", path])).stdout;
  const { version } = readYaml(metadata);
  if (typeof version === "string" && version !== "") return version;
  throw new Unavailable(`the Chart.yaml of ${called} says no version`);
}

function readMetadata(folder: string, called: string): string {
  try {
    return readFileSync(join(folder, "Chart.yaml"), "utf8");
  } catch {
    throw new Unavailable(`${called} has no Chart.yaml`);
  }
}

function readYaml(text: string): { readonly version?: unknown } {
  try {
    const content: unknown = parse(text, { logLevel: "error" });
    return typeof content === "object" && content !== null ? content : {};
  } catch {
    return {};
  }
}
