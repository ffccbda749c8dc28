import { parse, stringify } from "yaml";
import { exportedFiles } from "../../../components/spinnaker/exported-files";
import type { Installation } from "../../../components/spinnaker/installation";
import type { ServiceName } from "../../../components/spinnaker/service-table";
import { need } from "../need";
import { Container, type Files } from "./container";
import type { SpinnakerSecrets } from "./secrets";

const CONFIG = "/opt/spinnaker/config";

/** Fields of a Deployment's pod that matter here. */
interface Pod {
  readonly containers: readonly {
    readonly env: readonly { readonly name: string; readonly value: string }[];
  }[];
  readonly volumes: readonly {
    readonly projected: { readonly sources: readonly ProjectedSource[] };
  }[];
}

type ProjectedSource = Partial<
  Record<
    "configMap" | "secret",
    {
      readonly name: string;
      readonly items?: readonly { readonly key: string; readonly path: string }[];
    }
  >
>;

export interface Deployment {
  readonly spec: { readonly template: { readonly spec: Pod } };
}

/** Does kustomize's work with the exported component, and then the kubelet's. */
export function kustomizeContainer(
  folder: string,
  name: ServiceName,
  installation: Installation,
  secrets: SpinnakerSecrets,
): Container {
  const container = new Container(folder, name);
  const deployment = patchedDeployment(name, installation, secrets);
  const { containers, volumes } = deployment.spec.template.spec;
  for (const { name: variable, value } of containers[0]?.env ?? [])
    container.variable(variable, value);
  const configMaps = configMapsOf(name, installation, secrets);
  const files = new Map<string, Buffer>();
  for (const { configMap, secret } of volumes[0]?.projected.sources ?? []) {
    const source = need(configMap ?? secret, "source");
    const content: Files = configMap
      ? new Map(
          Object.entries(need(configMaps[configMap.name], configMap.name)).map(([key, text]) => [
            key,
            container.text(text),
          ]),
        )
      : need(secrets.data.get(source.name), source.name);
    const items = source.items ?? [...content.keys()].map((key) => ({ key, path: key }));
    for (const { key, path } of items) files.set(path, need(content.get(key), key));
  }
  container.mount(CONFIG, files);
  return container;
}

export function patchedDeployment(
  name: ServiceName,
  installation: Installation,
  { names }: SpinnakerSecrets,
): Deployment {
  const exported = exportedFiles({ kind: "kustomize" }, installation, names);
  const deployment = baseDeployment(name);
  const patch = parse(need(exported[`patches/${name}.yml`], `patch of ${name}`)) as Addition[];
  for (const addition of patch) add(deployment, addition);
  return deployment;
}

/** Returns a Deployment as in spinnaker-kustomize/base (spinnaker/spinnaker 7154a27c), which has none for Dinghy. */
export function baseDeployment(name: ServiceName): Deployment {
  const [configMap, own] = [{ name: "spinnaker" }, { name }];
  const pod = {
    containers: [
      {
        name,
        env: [
          { name: "JAVA_OPTS", value: "-XX:MaxRAMPercentage=50.0" },
          { name: "SPRING_PROFILES_ACTIVE", value: "local" },
        ],
        volumeMounts: [{ name: "config", mountPath: `${CONFIG}/`, readOnly: true }],
        readinessProbe: { httpGet: { path: "/health", port: "http" } },
      },
    ],
    volumes: [{ name: "config", projected: { sources: [{ configMap }, { configMap: own }] } }],
  };
  return { spec: { template: { spec: pod } } };
}

function configMapsOf(
  name: ServiceName,
  installation: Installation,
  { names }: SpinnakerSecrets,
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const exported = exportedFiles({ kind: "kustomize" }, installation, names);
  const services = installation.services.map(({ name: each, port }) => [
    each,
    { baseUrl: `http://${each}:${port}`, enabled: true },
  ]);
  const base = {
    spring: { config: { import: `optional:file:${CONFIG}/*/` } },
    services: Object.fromEntries(services) as object,
  };
  const file = `${name}-local.yml`;
  return {
    spinnaker: { "spinnaker.yml": stringify(base) },
    [name]: { [`${name}.yml`]: stringify({ server: { port: 1 } }) },
    [`${name}-mtls`]: { [file]: need(exported[`files/${file}`], file) },
  };
}

interface Addition {
  readonly op: "add";
  readonly path: string;
  readonly value: unknown;
}

/** Applies a JSON Patch (RFC 6902), as far as it is used. */
function add(document: object, { op, path, value }: Addition): void {
  if ((op as string) !== "add") throw new Error(`unexpected operation ${op}`);
  const keys = path.split("/").slice(1);
  const last = need(keys.pop(), "path");
  const parent = keys.reduce<unknown>(
    (at, key) => need((at as Readonly<Record<string, unknown>>)[key], path),
    document,
  );
  if (Array.isArray(parent) && last === "-") parent.push(value);
  else (parent as Record<string, unknown>)[last] = value;
}
