import { isMap, mergeValues } from "../../kubernetes/helm/chart-values";
import { readManifest as readRaw } from "../../kubernetes/read-manifest";
import { reaches } from "../phase";
import type { Installation } from "../installation";
import type { Settings } from "../profiles";
import { API_GROUPS, apiVersionOf, type SpinnakerConfig } from "./operator";

/** A SpinnakerService that somebody wrote. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: { readonly spinnakerConfig: Settings } & Readonly<Record<string, unknown>>;
}

/**
 * Reads the manifest of a SpinnakerService.
 *
 * @returns the manifest, or the end of a sentence that says why the file cannot be used.
 */
export function readManifest(path: string): Manifest | string {
  const read = readRaw(path, {
    kind: "SpinnakerService",
    apiVersions: API_GROUPS.map(apiVersionOf),
  });
  if (typeof read === "string") return read;
  const found = read as Partial<Manifest>;
  if (!found.metadata?.name) return "has no metadata.name";
  if (!isMap(found.spec?.spinnakerConfig)) return "has no spec.spinnakerConfig";
  return found as Manifest;
}

/** Finds settings in a manifest that contradict Countersign's, each as the end of a sentence about it. */
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

/** Merges Countersign's settings over a manifest. */
export function merged(manifest: Manifest, ours: SpinnakerConfig, namespace: string): Manifest {
  const spinnakerConfig = mergeValues(manifest.spec.spinnakerConfig, { ...ours }) as Settings;
  return {
    ...manifest,
    metadata: { ...manifest.metadata, namespace },
    spec: { ...manifest.spec, spinnakerConfig },
  };
}
