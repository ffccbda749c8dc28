import { statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { LIMITS, UnreadableFile, readFileText } from "../../../../host";
import type { Helm } from "./helm";
import { Unavailable } from "./unavailable";

/**
 * Returns the version of a chart in a folder or an archive.
 *
 * @param called its name in messages.
 * @throws Unavailable if it is not a chart.
 */
export async function versionOf(path: string, called: string, helm: Helm): Promise<string> {
  const metadata = statSync(path).isDirectory()
    ? readMetadata(path, called)
    : (await helm(["show", "chart", "--", path])).stdout;
  const { version } = readYaml(metadata);
  if (typeof version === "string" && version !== "") return version;
  throw new Unavailable(`the Chart.yaml of ${called} has no version`);
}

function readMetadata(folder: string, called: string): string {
  try {
    return readFileText(join(folder, "Chart.yaml"), { limit: LIMITS.config, within: folder });
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new Unavailable(
      error.isMissing
        ? `${called} has no Chart.yaml`
        : `the Chart.yaml of ${called} ${error.predicate}`,
    );
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
