import { parseAllDocuments } from "yaml";
import { LIMITS, UnreadableFile, readFileText } from "../../host";

/** Requirements on the content of a file. */
interface WantedManifest {
  readonly kind: string;
  /** Allowed API versions. */
  readonly apiVersions: readonly string[];
}

/** An object as somebody wrote it. Only its kind has been checked. */
interface RawManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: unknown;
  readonly spec?: unknown;
}

/**
 * Reads the only object of a manifest file.
 *
 * @returns the object, or the end of a sentence about the file that says why it cannot be used.
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
    // An alias without its anchor, or so many aliases that expanding them would exhaust memory.
    return noYaml(unresolved);
  }
  if (found?.kind !== kind || !apiVersions.includes(found.apiVersion ?? "")) {
    return `holds no ${kind} of ${apiVersions.join(" or ")}`;
  }
  return found as RawManifest;
}

/** Removes the excerpt of the file from the message. */
function noYaml(error: unknown): string {
  const [reason = ""] = error instanceof Error ? error.message.split("\n") : [];
  return `is not YAML: ${reason.replace(/:$/, "")}`;
}
