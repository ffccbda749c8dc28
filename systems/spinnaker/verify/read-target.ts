import type { Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import type { SpinnakerOutputs } from "../outputs";
import { readComponent } from "./read-component";
import { readHalyard } from "./read-halyard";
import { readKustomize } from "./read-kustomize";
import { readOperator } from "./read-operator";
import type { ReadView } from "./service-view";

/** Returns a reader for the services of a target; undefined if nothing is deployed, which is added to the list. */
export async function readTarget(
  cluster: Cluster,
  outputs: SpinnakerOutputs,
  whole: Checklist,
): Promise<ReadView | undefined> {
  const { target } = outputs;
  if (target.kind === "operator") return readOperator(cluster, outputs, target, whole);
  if (target.kind === "kustomize" && target.deployed) return readKustomize(cluster, outputs);
  whole.pass(
    "exported",
    "not deployed by this stack: the exported files and the Secrets in the cluster are checked",
  );
  return target.kind === "kustomize"
    ? readComponent(cluster, outputs)
    : readHalyard(cluster, outputs);
}
