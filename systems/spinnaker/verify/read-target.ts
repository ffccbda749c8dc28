import type { Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import type { SpinnakerOutputs } from "../outputs";
import { readComponent } from "./read-component";
import { readHalyard } from "./read-halyard";
import { readKustomize } from "./read-kustomize";
import { readOperator } from "./read-operator";
import type { ReadView } from "./service-view";

/** How to read what the services of a target find; undefined if nothing is there, which the list says then. */
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
    "not deployed by this stack: checked is what the exported files say, with the Secrets in the cluster",
  );
  return target.kind === "kustomize"
    ? readComponent(cluster, outputs)
    : readHalyard(cluster, outputs);
}
