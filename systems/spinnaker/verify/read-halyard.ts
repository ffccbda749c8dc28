import type { Cluster } from "../../../verify/cluster/api";
import { podFiles, type Mount } from "../../../verify/cluster/pods";
import type { SpinnakerOutputs } from "../outputs";
import { leavesOf, readSettings, readYaml } from "./properties";
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
      origin,
      files,
      missing,
      baseUrl,
      plainProbes,
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

/** Halyard's service settings of a service. The Operator reads them, too. */
interface Hosting {
  readonly baseUrl: string | undefined;
  readonly plainProbes: readonly string[];
  readonly tcpProbe: boolean;
}

export function hostingOf(
  where: string,
  settings: readonly (readonly [string, string])[],
): Hosting {
  const values = new Map(settings);
  const tcpProbe = values.get("kubernetes.useTcpProbe") === "true";
  const ownProbe = values.has("kubernetes.customHealthCheckExecCommands[0]");
  const plain = `${where} has no kubernetes.useTcpProbe: true, so its probe uses HTTP`;
  return {
    baseUrl: values.get("overrideBaseUrl") ?? values.get("baseUrl"),
    plainProbes: tcpProbe || ownProbe ? [] : [plain],
    tcpProbe,
  };
}

/** Returns the variables that the settings give to a container. */
export function environmentOf(
  settings: readonly (readonly [string, string])[],
): ReadonlyMap<string, string> {
  const own = settings.filter(([name]) => name.startsWith("env."));
  return new Map(own.map(([name, value]) => [name.slice("env.".length), value]));
}
