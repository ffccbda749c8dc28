import { parseAllDocuments } from "yaml";
import { LIMITS, UnreadableFile, readFileText } from "../../host";

/** What a file has to hold. */
export interface WantedManifest {
  readonly kind: string;
  /** Any of them. */
  readonly apiVersions: readonly string[];
}

/** An object as somebody wrote it; of all but its kind, nothing is certain. */
export interface RawManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: unknown;
  readonly spec?: unknown;
}

/**
 * Reads the one object of a manifest file.
 *
 * @returns the object, or the end of a sentence about the file that says why it is none.
 */
export function readManifest(
  path: string,
  { kind, apiVersions }: WantedManifest,
): RawManifest | string {
  let text: string;
  try {
    text = readFileText(path, { limit: LIMITS.config });
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return error.isMissing
      ? "cannot be read; the path is relative to Pulumi.yaml"
      : error.predicate;
  }
  const [document, ...more] = parseAllDocuments(text, { logLevel: "silent" });
  if (!document || more.length > 0) return `must hold exactly one YAML document, the ${kind}`;
  const [error] = document.errors;
  if (error) return noYaml(error);
  let found: Partial<RawManifest> | null;
  try {
    found = document.toJS() as typeof found;
  } catch (unresolved) {
    // An alias without its anchor, or so many of them that the file would be a bomb.
    return noYaml(unresolved);
  }
  if (found?.kind !== kind || !apiVersions.includes(found.apiVersion ?? "")) {
    return `holds no ${kind} of ${apiVersions.join(" or ")}`;
  }
  return found as RawManifest;
}

/** Without the excerpt of the file that follows in the message. */
function noYaml(error: unknown): string {
  const [reason = ""] = error instanceof Error ? error.message.split("\n") : [];
  return `is no YAML: ${reason.replace(/:$/, "")}`;
}
