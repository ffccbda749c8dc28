import { isMap } from "../../../components/kubernetes/helm/chart";
import type { Service } from "../../../components/spinnaker/installation";
import { kindOf, type ServiceName } from "../../../components/spinnaker/service-table";
import { REPAIR, type Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import type { PodFile } from "../../../verify/cluster/pods";
import type { SpinnakerOutputs, TargetOutputs } from "../outputs";
import { layered, leavesOf, propertiesOf, readYaml, type Properties } from "./properties";
import { environmentOf, hostingOf } from "./read-halyard";
import { differences, type ReadView, type ServiceView } from "./service-view";

/** Trees of settings, by service. */
type Trees = Readonly<Record<string, unknown>>;

interface Config {
  readonly profiles: Trees;
  readonly settings: Trees;
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
  const found = configOf(object);
  const wanted = configOf(readYaml(files["spinnakerservice.yml"] ?? "")?.[0]);
  return (service) => viewOf(cluster, namespace, service, what, found, wanted);
}

async function viewOf(
  cluster: Cluster,
  namespace: string,
  { name }: Service,
  what: string,
  found: Config,
  wanted: Config,
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
function configOf(object: unknown): Config {
  const config = inside(inside(object, "spec"), "spinnakerConfig");
  return { profiles: inside(config, "profiles"), settings: inside(config, "service-settings") };
}

function inside(object: unknown, key: string): Trees {
  const found = isMap(object) ? object[key] : undefined;
  return isMap(found) ? found : {};
}

/**
 * Combines a service's settings as Halyard does. Those under `spinnaker` apply to services in the Operator's list of
 * versions; the service's own settings take precedence.
 */
function settingsOf(name: ServiceName, trees: Trees): readonly (readonly [string, string])[] {
  const { language, variantOf, targets } = kindOf(name);
  const isListed = language === "java" && variantOf === undefined && targets.includes("operator");
  const common = isListed ? leavesOf(trees.spinnaker) : [];
  return [...new Map([...common, ...leavesOf(trees[name])])];
}

/** Returns the profile of a service. For a variant of another service, it overrides the profile of that service. */
function profileOf(name: ServiceName, trees: Trees): Properties | undefined {
  const { variantOf } = kindOf(name);
  const layers = [...(variantOf === undefined ? [] : [variantOf]), name].flatMap((each) =>
    trees[each] === undefined ? [] : [propertiesOf(trees[each])],
  );
  return layers.length === 0 ? undefined : layered(...layers);
}

/** Settings whose references the Operator has replaced, and the files that it mounts for them. */
interface Resolved {
  readonly properties: Properties;
  readonly files: ReadonlyMap<string, PodFile>;
  readonly missing: readonly string[];
}

const REFERENCE = /^encrypted(File)?:k8s!(.+)$/;

/**
 * Resolves references as the Operator does (armory/spinnaker-operator d92e6808, transformer/secrets.go). It mounts the
 * files to which a profile refers and replaces references to them by paths, and other references by their content.
 */
async function resolveReferences(
  cluster: Cluster,
  namespace: string,
  service: string,
  properties: Properties,
): Promise<Resolved> {
  const files = new Map<string, PodFile>();
  const missing = new Set<string>();
  const resolve = async (value: string): Promise<string> => {
    const [, asFile, parameters = ""] = REFERENCE.exec(value) ?? [];
    if (parameters === "") return value;
    const { n: name, k: key } = readParameters(parameters);
    if (name === undefined || key === undefined) {
      missing.add(`a reference to a Secret lacks the name or the key: it must be n:NAME!k:KEY.`);
      return value;
    }
    const origin = `Secret ${namespace}/${name}`;
    const secret = await cluster.secret(namespace, name);
    const content = secret?.data?.[key];
    if (content === undefined) {
      missing.add(
        secret === undefined ? `${origin} does not exist.` : `${origin} has no key "${key}".`,
      );
      return value;
    }
    const bytes = Buffer.from(content, "base64");
    if (asFile === undefined) return bytes.toString("utf8");
    const path = `/opt/${service}/secrets/${name}/${key}`;
    files.set(path, { content: bytes, origin });
    return path;
  };
  const entries = await Promise.all(
    [...properties].map(async ([name, value]) => [name, await resolve(value)] as const),
  );
  return { properties: new Map(entries), files, missing: [...missing] };
}

function readParameters(text: string): Readonly<Record<string, string | undefined>> {
  const pairs = text.split("!").map((part) => part.split(":"));
  return Object.fromEntries(pairs.filter((pair) => pair.length === 2)) as Record<string, string>;
}
