import type { Service } from "../../../components/spinnaker/installation";
import {
  CONFIG_DIRECTORY,
  type Source as ProjectedSource,
} from "../../../components/spinnaker/targets/kustomize";
import { REPAIR, type Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import {
  mountsOf,
  podEnvironment,
  podFiles,
  rollOutProblem,
  type Mount,
  type Part,
  type PodEnvironment,
  type PodFile,
} from "../../../verify/cluster/pods";
import { checkNoKeys } from "../../../verify/config-maps";
import type { SpinnakerOutputs } from "../outputs";
import {
  importsOf,
  layered,
  leavesOf,
  propertiesOfEnvironment,
  readSettings,
  readYaml,
  type Properties,
} from "./properties";
import { NOT_DEPLOYED, differences, type ReadView, type ServiceView } from "./service-view";

/** Reads services from Deployments in the cluster, with what their pods mount. */
export function readKustomize(cluster: Cluster, outputs: SpinnakerOutputs): ReadView {
  return (service, list) => viewOf(cluster, outputs, service, list);
}

async function viewOf(
  cluster: Cluster,
  { namespace, files: exported }: SpinnakerOutputs,
  service: Service,
  list: Checklist,
): Promise<ServiceView | undefined> {
  const { name } = service;
  const origin = `Deployment ${namespace}/${name}`;
  const deployment = await cluster.deployment(namespace, name);
  const pod = deployment?.spec?.template.spec;
  const container = pod?.containers.find((each) => each.name === name);
  const lacks = deployment ? `has no container "${name}"` : "does not exist";
  const isThere = list.judge(
    "release",
    container ? [] : [`${origin} ${lacks} in the cluster of context "${cluster.context}".`],
    `${origin} exists`,
    `Is that the stack's cluster? If not, give --context; if it is, ${REPAIR.release}`,
  );
  if (!isThere || !deployment || !pod || !container) return undefined;
  const mounts = mountsOf(pod, container, [CONFIG_DIRECTORY]);
  const [environment, { files, missing }] = await Promise.all([
    podEnvironment(cluster, namespace, container),
    podFiles(cluster, namespace, mounts),
  ]);
  const own = profilePath(service);
  const found = readYaml(files.get(own)?.content.toString("utf8") ?? "")?.[0];
  const wanted = readYaml(exported[`files/${name}-local.yml`] ?? "")?.[0];
  const maps = mounts
    .flatMap(({ parts }) => parts)
    .filter(({ kind }) => kind === "ConfigMap")
    .map((part) => cluster.configMap(namespace, part.name));
  checkNoKeys(
    list,
    namespace,
    (await Promise.all(maps)).flatMap((object) => object ?? []),
  );
  const problem = rollOutProblem(deployment);
  return {
    ...readFiles(service, { environment, files }, false),
    origin,
    environment,
    files,
    missing,
    drift: differences(leavesOf(wanted), leavesOf(found), `${own} of ${origin}`),
    unfinished: problem === undefined ? [] : [`${origin} ${problem}.`],
    plainProbes: plainProbes(container),
    panics: [],
    baseUrl: undefined,
  };
}

/** Reads services as the exported kustomize Component deploys them on the base; its Secrets are in the cluster. */
export function readComponent(cluster: Cluster, outputs: SpinnakerOutputs): ReadView {
  return async (service): Promise<ServiceView> => {
    const { name } = service;
    const origin = `the exported files/${name}-local.yml`;
    const { mount, environment, probe } = readPatch(service, outputs);
    const { files: secrets, missing } = await podFiles(cluster, outputs.namespace, [mount]);
    const files = new Map(secrets);
    const profile = outputs.files[`files/${name}-local.yml`];
    if (profile !== undefined)
      files.set(profilePath(service), { content: Buffer.from(profile), origin });
    return {
      ...NOT_DEPLOYED,
      ...readFiles(service, { environment, files }, true),
      origin,
      environment,
      files,
      missing,
      // The base's own probe uses HTTP.
      plainProbes: plainProbes({ readinessProbe: probe ?? { httpGet: {} } }),
      baseUrl: undefined,
    };
  };
}

interface Operation {
  readonly path: string;
  readonly value: object;
}

/** Reads what the Component's patch adds to a Deployment, except the ConfigMap with the profile. */
function readPatch({ name }: Service, { files }: SpinnakerOutputs) {
  const operations = (readYaml(files[`patches/${name}.yml`] ?? "")?.[0] ?? []) as Operation[];
  const added = <T>(end: string) =>
    operations.filter(({ path }) => path.endsWith(end)).map(({ value }) => value as T);
  const parts = added<ProjectedSource>("/sources/-").flatMap((source): Part[] =>
    "secret" in source
      ? [{ ...source.secret, kind: "Secret", items: [...source.secret.items], optional: false }]
      : [],
  );
  const variables = added<{ readonly name: string; readonly value: string }>("/env/-");
  const mount: Mount = { mountPath: CONFIG_DIRECTORY, subPath: "", parts };
  return {
    mount,
    environment: new Map(variables.map((each) => [each.name, each.value])),
    probe: added<Probe>("/readinessProbe")[0],
  };
}

/** Environment and files that a service's container sees. */
interface Inside {
  readonly environment: PodEnvironment;
  readonly files: ReadonlyMap<string, PodFile>;
}

/** Returns the path of Countersign's settings in a service of spinnaker-kustomize. */
function profilePath({ name, language }: Service): string {
  const directory = language === "java" ? `${CONFIG_DIRECTORY}/mtls` : CONFIG_DIRECTORY;
  return `${directory}/${name}-local.yml`;
}

/**
 * Combines settings from files as a service does: later files take precedence (tried with Spring Boot 2.7, as kork
 * starts it; go-yaml-tools v1.0.2, pkg/spring, reads no directories below its own).
 *
 * @param alone whether only Countersign's file is known, and not the other files of the base.
 */
function readFiles(
  service: Service,
  { environment, files }: Inside,
  alone: boolean,
): { readonly properties: Properties; readonly faults: readonly string[] } {
  const { name, language } = service;
  const own = profilePath(service);
  const base = ["spinnaker", name, "spinnaker-local", `${name}-local`].map(
    (file) => `${CONFIG_DIRECTORY}/${file}.yml`,
  );
  const paths = [...new Set([...base, own])];
  const layers: Properties[] = [];
  const faults: string[] = [];
  const imports: string[] = [];
  for (const path of paths) {
    const file = files.get(path);
    if (file === undefined) continue;
    const read = readSettings(file.content.toString("utf8"), path, files);
    layers.push(read.properties);
    faults.push(...read.faults);
    imports.push(...importsOf(read.properties));
  }
  if (!files.has(own)) faults.push(`it has no ${own}, where its settings must be.`);
  else if (language === "java" && !alone) faults.push(...overlooked(own, imports, environment));
  if (language === "java") layers.push(propertiesOfEnvironment(environment));
  return { properties: layered(...layers), faults };
}

/** Reasons why Spring Boot would not read the file. */
function overlooked(own: string, imports: string[], environment: PodEnvironment): string[] {
  const places = [`${CONFIG_DIRECTORY}/*/`, `${CONFIG_DIRECTORY}/mtls/`];
  const isImported = imports.some((place) => places.some((each) => place.endsWith(each)));
  const profiles = environment.get("SPRING_PROFILES_ACTIVE")?.split(",") ?? ["local"];
  return [
    ...(isImported
      ? []
      : [
          `it does not read ${own}: spinnaker.yml lacks spring.config.import: optional:file:${CONFIG_DIRECTORY}/*/.`,
        ]),
    ...(profiles.includes("local")
      ? []
      : [`it does not read ${own}: SPRING_PROFILES_ACTIVE does not name "local".`]),
  ];
}

/** A probe of a container, with the fields that are read here (Kubernetes core/v1 Probe). */
interface Probe {
  readonly httpGet?: object;
  readonly exec?: { readonly command?: readonly string[] };
}

const PROBES = ["readinessProbe", "livenessProbe", "startupProbe"] as const;

/** Describes the probes that speak HTTP without a certificate. */
function plainProbes(
  container: Readonly<Partial<Record<(typeof PROBES)[number], Probe>>>,
): string[] {
  return PROBES.filter((kind) => isPlain(container[kind])).map(
    (kind) =>
      `its ${kind} is ${container[kind]?.httpGet ? "httpGet" : "a command that calls HTTP"}`,
  );
}

function isPlain(probe: Probe | undefined): boolean {
  const command = (probe?.exec?.command ?? []).join(" ");
  return probe?.httpGet !== undefined || (/https?:\/\//.test(command) && !command.includes("cert"));
}
