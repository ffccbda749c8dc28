import { stringify } from "yaml";
import type { Installation } from "./installation";
import type { SecretNames, Value } from "./profiles";
import { halyardFiles } from "./targets/halyard";
import { kustomizeDirectory } from "./targets/kustomize";
import { apiVersionOf, spinnakerConfig, type ApiGroup } from "./targets/operator";

/** Properties that determine the form of the files. */
export type ExportedTarget =
  | { readonly kind: "operator"; readonly apiGroup: ApiGroup; readonly name: string }
  | { readonly kind: "kustomize" }
  | { readonly kind: "halyard" };

/** Returns a target's configuration as YAML, by file path. It names Secrets but contains none. */
export function exportedFiles(
  target: ExportedTarget,
  installation: Installation,
  names: SecretNames,
): Record<string, string> {
  const texts = [...treesOf(target, installation, names)].map(([path, tree]) => [
    path,
    // Lines are never folded: some editors of such files would mistake a folded line for two.
    stringify(tree, { lineWidth: 0 }),
  ]);
  return Object.fromEntries(texts) as Record<string, string>;
}

function treesOf(
  target: ExportedTarget,
  installation: Installation,
  names: SecretNames,
): ReadonlyMap<string, Value> {
  switch (target.kind) {
    case "operator":
      return new Map([["spinnakerservice.yml", spinnakerService(target, installation, names)]]);
    case "kustomize":
      return kustomizeDirectory(installation, names);
    case "halyard":
      return halyardFiles(installation, names);
  }
}

/** A patch for the manifest of a SpinnakerService, e.g. in a kustomization. */
function spinnakerService(
  { apiGroup, name }: Extract<ExportedTarget, { kind: "operator" }>,
  installation: Installation,
  names: SecretNames,
): Value {
  return {
    apiVersion: apiVersionOf(apiGroup),
    kind: "SpinnakerService",
    metadata: { name, namespace: installation.namespace },
    spec: { spinnakerConfig: { ...spinnakerConfig(installation, names) } },
  };
}
