import { isMap } from "../../../components/kubernetes/helm/chart-values";
import type { Service } from "../../../components/spinnaker/installation";
import type { Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import type { SpinnakerOutputs, TargetOutputs } from "../outputs";
import { REPAIR } from "../../../verify/todo";
import { environmentOf, hostingOf, profileOf, settingsOf } from "./halyard-settings";
import { resolveReferences } from "./operator-references";
import { leavesOf, readYaml } from "./properties";
import { differences, type ReadView, type ServiceView } from "./service-view";

interface Trees {
  readonly profiles: Readonly<Record<string, unknown>>;
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Reads services from the SpinnakerService in the cluster, from which the Operator deploys them.
 *
 * @returns undefined if it does not exist, which is added to the list.
 */
export async function readOperator(
  cluster: Cluster,
  { namespace, files }: SpinnakerOutputs,
  { apiVersion, name }: Extract<TargetOutputs, { kind: "operator" }>,
  whole: Checklist,
): Promise<ReadView | undefined> {
  const what = `SpinnakerService ${namespace}/${name}`;
  const object = await cluster.custom(apiVersion, "spinnakerservices", namespace, name);
  whole.judge(
    "release",
    object ? [] : [`${what} does not exist in the cluster of context "${cluster.context}".`],
    `${what} exists`,
    `Is that the stack's cluster? If not, give --context; if it is, ${REPAIR.release}`,
  );
  if (object === undefined) return undefined;
  const found = treesOf(object);
  const wanted = treesOf(readYaml(files["spinnakerservice.yml"] ?? "")?.[0]);
  return (service) => viewOf(cluster, namespace, service, what, found, wanted);
}

async function viewOf(
  cluster: Cluster,
  namespace: string,
  { name }: Service,
  what: string,
  found: Trees,
  wanted: Trees,
): Promise<ServiceView> {
  const origin = `profiles.${name} of ${what}`;
  const profile = profileOf(name, found.profiles);
  const settings = settingsOf(name, found.settings);
  const where = `service-settings.${name} of ${what}`;
  const hosting = hostingOf(where, settings);
  const read = await resolveReferences(cluster, namespace, name, profile ?? new Map());
  return {
    ...read,
    origin,
    environment: environmentOf(settings),
    faults: profile === undefined ? [`there is no ${origin}.`] : [],
    drift: [
      ...differences(leavesOf(wanted.profiles[name]), leavesOf(found.profiles[name]), origin),
      ...differences(leavesOf(wanted.settings[name]), settings, where),
    ],
    unfinished: undefined,
    plainProbes: hosting.plainProbes,
    panics:
      hosting.tcpProbe && read.properties.has("server.port")
        ? [`${origin} has server.port, which makes the Operator panic if the probe is by TCP.`]
        : [],
    baseUrl: hosting.baseUrl,
  };
}

/** Reads its trees of settings. The schema of a SpinnakerService allows any type everywhere. */
function treesOf(object: unknown): Trees {
  const config = inside(inside(object, "spec"), "spinnakerConfig");
  return { profiles: inside(config, "profiles"), settings: inside(config, "service-settings") };
}

function inside(object: unknown, key: string): Readonly<Record<string, unknown>> {
  const found = isMap(object) ? object[key] : undefined;
  return isMap(found) ? found : {};
}
