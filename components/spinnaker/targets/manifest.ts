import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { isMap, mergeMaps } from "../../kubernetes/merge";
import { reaches } from "../phase";
import type { Installation } from "../installation";
import type { Settings } from "../profiles";
import { API_GROUPS, apiVersionOf, type SpinnakerConfig } from "./operator";

/** A SpinnakerService as somebody wrote it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: { readonly spinnakerConfig: Settings } & Readonly<Record<string, unknown>>;
}

/**
 * Reads the manifest of a SpinnakerService.
 *
 * @returns the manifest, or the end of a sentence about the file that says why it is none.
 */
export function readManifest(path: string): Manifest | string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return "cannot be read; the path is relative to Pulumi.yaml";
  }
  const [document, ...more] = parseAllDocuments(text, { logLevel: "silent" });
  if (!document || more.length > 0) {
    return "must hold exactly one YAML document, the SpinnakerService";
  }
  const [error] = document.errors;
  if (error) return noYaml(error);
  let found: Partial<Manifest> | null;
  try {
    found = document.toJS() as typeof found;
  } catch (unresolved) {
    // An alias without its anchor, or so many of them that the file would be a bomb.
    return noYaml(unresolved);
  }
  const versions = API_GROUPS.map(apiVersionOf);
  if (found?.kind !== "SpinnakerService" || !versions.includes(found.apiVersion ?? "")) {
    return `holds no SpinnakerService of ${versions.join(" or ")}`;
  }
  if (!found.metadata?.name) return "has no metadata.name";
  if (!isMap(found.spec?.spinnakerConfig)) return "has no spec.spinnakerConfig";
  return found as Manifest;
}

/** Without the excerpt of the file that follows in the message. */
function noYaml(error: unknown): string {
  const [reason = ""] = error instanceof Error ? error.message.split("\n") : [];
  return `is no YAML: ${reason.replace(/:$/, "")}`;
}

/** What a manifest says that ours would contradict; each the end of a sentence about it. */
export function manifestProblems(manifest: Manifest, installation: Installation): string[] {
  const { namespace } = manifest.metadata;
  const profiles = manifest.spec.spinnakerConfig.profiles as Settings | undefined;
  const elsewhere =
    namespace !== undefined && namespace !== installation.namespace
      ? [`is for namespace "${namespace}", but spinnaker.namespace is "${installation.namespace}"`]
      : [];
  const ports = [...installation.services.values()].flatMap(({ name, phase }) => {
    const server = (profiles?.[name] as Settings | undefined)?.server as Settings | undefined;
    if (server?.port === undefined || !reaches(phase, "tls")) return [];
    return [
      `sets profiles.${name}.server.port, with which and a TCP probe the Operator panics (spinnaker-operator, transformer/serverport.go): remove it, and set spinnaker.services.${name}.port`,
    ];
  });
  return [...elsewhere, ...ports];
}

/** The manifest with what is ours put over it. */
export function merged(manifest: Manifest, ours: SpinnakerConfig, namespace: string): Manifest {
  const spinnakerConfig = mergeMaps(manifest.spec.spinnakerConfig, { ...ours }) as Settings;
  return {
    ...manifest,
    metadata: { ...manifest.metadata, namespace },
    spec: { ...manifest.spec, spinnakerConfig },
  };
}
