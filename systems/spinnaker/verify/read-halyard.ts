import type { Cluster } from "../../../verify/cluster/api";
import type { Mount } from "../../../verify/cluster/mounts";
import { podFiles } from "../../../verify/cluster/pod-files";
import type { SpinnakerOutputs } from "../outputs";
import { readSettings } from "./config-tree";
import { environmentOf, hostingOf } from "./halyard-settings";
import { leavesOf, readYaml } from "./properties";
import { NOT_DEPLOYED, type ReadView, type ServiceView } from "./service-view";

/** Reads services as Halyard deploys them from the exported files; the Secrets are in the cluster. */
export function readHalyard(cluster: Cluster, outputs: SpinnakerOutputs): ReadView {
  return async ({ name }): Promise<ServiceView> => {
    const origin = `the exported profiles/${name}-local.yml`;
    const where = `service-settings/${name}.yml`;
    const tree = readYaml(outputs.files[where] ?? "")?.[0];
    const settings = leavesOf(tree);
    const { files, missing } = await podFiles(cluster, outputs.namespace, mountsIn(tree));
    const profile = outputs.files[`profiles/${name}-local.yml`];
    const read = readSettings(profile ?? "", origin, files);
    const { baseUrl, plainProbes } = hostingOf(`the exported ${where}`, settings);
    return {
      ...NOT_DEPLOYED,
      ...{ origin, files, missing, baseUrl, plainProbes },
      properties: read.properties,
      faults: profile === undefined ? [`there is no ${origin}.`] : read.faults,
      environment: environmentOf(settings),
    };
  };
}

interface HalyardSettings {
  readonly kubernetes?: {
    readonly volumes?: readonly { readonly id: string; readonly mountPath: string }[];
  };
}

function mountsIn(tree: unknown): Mount[] {
  const { kubernetes } = (tree ?? {}) as HalyardSettings;
  return (kubernetes?.volumes ?? []).map(({ id, mountPath }) => ({
    mountPath,
    subPath: "",
    parts: [{ kind: "Secret", name: id, items: undefined, optional: false }],
  }));
}
