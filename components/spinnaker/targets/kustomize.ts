import type { Installation, Service } from "../installation";
import { reaches } from "../phase";
import {
  FILES,
  profile,
  secretsOf,
  trustOf,
  urlProperties,
  withProperties,
  type Place,
  type References,
  type SecretNames,
  type ServiceSecrets,
  type Settings,
  type Value,
} from "../profiles";
import { environment, importOf } from "./halyard";

/**
 * Directory at which the kustomize base mounts a service's configuration (spinnaker/spinnaker,
 * spinnaker-kustomize/base).
 */
export const CONFIG_DIRECTORY = "/opt/spinnaker/config";
const DIRECTORY = "mtls";
const PASSWORDS = `${DIRECTORY}/passwords`;

/** Properties with the passwords. Spring Boot names each after the file that it imports. */
const PASSWORD_PROPERTIES: Readonly<Record<Place, string>> = {
  keys: "mtls.key-store-password",
  trust: "mtls.trust-store-password",
  others: "mtls.others-password",
};

/** Paths of a service's files below the directory of its configuration. */
const PATHS: Readonly<Record<Place, Readonly<Record<string, string>>>> = {
  keys: {
    [FILES.keyStore]: `${DIRECTORY}/keystore.p12`,
    [FILES.password]: `${PASSWORDS}/${PASSWORD_PROPERTIES.keys}`,
    [FILES.certificate]: `${DIRECTORY}/tls.crt`,
    [FILES.key]: `${DIRECTORY}/tls.key`,
  },
  trust: {
    [FILES.trustStore]: `${DIRECTORY}/truststore.p12`,
    [FILES.password]: `${PASSWORDS}/${PASSWORD_PROPERTIES.trust}`,
    [FILES.caBundle]: `${DIRECTORY}/trust/ca.pem`,
  },
  others: {
    [FILES.trustStore]: `${DIRECTORY}/others.p12`,
    [FILES.password]: `${PASSWORDS}/${PASSWORD_PROPERTIES.others}`,
    [FILES.caBundle]: `${DIRECTORY}/others/ca.pem`,
  },
};

const REFERENCES: References = {
  file: (place, key) => `${CONFIG_DIRECTORY}/${PATHS[place][key] ?? key}`,
  password: (place) => `\${${PASSWORD_PROPERTIES[place]}}`,
};

/** A service's profile, with the key of its ConfigMap. */
interface ProfileFile {
  /** Also the name of the file, by which Spring Boot and go-yaml-tools find it. */
  readonly key: string;
  readonly content: Settings;
}

/**
 * Creates the profile of a service. The base imports the files of each directory next to its own
 * (`spring.config.import`), and a file for a profile (`-local`) overrides everything in the base itself.
 */
export function kustomizeProfile(service: Service, installation: Installation): ProfileFile {
  const own = withProperties(
    profile(service, REFERENCES),
    urlProperties(service, installation, true),
  );
  const content =
    service.language === "java" ? { ...importOf(`${CONFIG_DIRECTORY}/${PASSWORDS}`), ...own } : own;
  return { key: profileKey(service), content };
}

function profileKey({ name }: Service): string {
  return `${name}-local.yml`;
}

/** A source of a projected volume (Kubernetes core/v1 VolumeProjection). */
export type Source<Name = string> =
  | { readonly configMap: { readonly name: Name; readonly items: readonly Item[] } }
  | { readonly secret: { readonly name: Name; readonly items: readonly Item[] } };

// No interface: only a type fits where any tree of settings does.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
type Item = { readonly key: string; readonly path: string; readonly mode?: number };

/** Readable only by the pod's group, which is the service's (`fsGroup`). */
const GROUP_ONLY = 0o440;

/** Returns the sources that are added to the volume with a service's configuration. */
export function sources<Name>(
  service: Service,
  configMap: Name,
  secrets: Readonly<Record<Place, Name | undefined>>,
): Source<Name>[] {
  const key = profileKey(service);
  // go-yaml-tools reads one directory, without those below it.
  const path = service.language === "java" ? `${DIRECTORY}/${key}` : key;
  const own = service.language === "java" ? JAVA_FILES : GO_FILES;
  return [
    { configMap: { name: configMap, items: [{ key, path }] } },
    ...(["keys", "trust", "others"] as const).flatMap((place) => {
      const name = secrets[place];
      if (name === undefined) return [];
      const items = own[place].map((file) => ({
        key: file,
        path: PATHS[place][file] ?? file,
        ...(place === "keys" || file === FILES.password ? { mode: GROUP_ONLY } : {}),
      }));
      return [{ secret: { name, items } }];
    }),
  ];
}

type PlaceFiles = Readonly<Record<Place, readonly string[]>>;
const TRUST_STORE = [FILES.trustStore, FILES.password];
const JAVA_FILES: PlaceFiles = {
  keys: [FILES.keyStore, FILES.password],
  trust: TRUST_STORE,
  others: TRUST_STORE,
};
const GO_FILES: PlaceFiles = {
  keys: [FILES.certificate, FILES.key],
  trust: [FILES.caBundle],
  others: [FILES.caBundle],
};

/** Returns a replacement for an HTTP probe, which has no certificate to show; undefined as long as that one still works. */
export function probe({ phase }: Service): Settings | undefined {
  return reaches(phase, "tls") ? { tcpSocket: { port: "http" } } : undefined;
}

/** Returns variables of a service's container. */
export function variables(service: Service): readonly { name: string; value: string }[] {
  const { env = {} } = environment(service, `${CONFIG_DIRECTORY}/${DIRECTORY}/${trustOf(service)}`);
  return Object.entries(env as Record<string, string>).map(([name, value]) => ({ name, value }));
}

/**
 * A kustomize Component that adds mutual TLS to the base or an overlay of it, as files by path. It changes Deployments
 * as the base's own components do (spinnaker/spinnaker, spinnaker-kustomize/components): by position, since a list of
 * projected sources cannot be merged.
 */
export function kustomizeDirectory(
  installation: Installation,
  names: SecretNames,
): Map<string, Value> {
  const { services } = installation;
  const component = {
    apiVersion: "kustomize.config.k8s.io/v1alpha1",
    kind: "Component",
    configMapGenerator: services.map((service) => ({
      name: configMapOf(service),
      files: [`files/${kustomizeProfile(service, installation).key}`],
    })),
    patches: services.map(({ name }) => ({
      path: `patches/${name}.yml`,
      target: { group: "apps", version: "v1", kind: "Deployment", name },
    })),
  };
  return new Map<string, Value>([
    ["kustomization.yml", component],
    ...services.flatMap((service) => {
      const { key, content } = kustomizeProfile(service, installation);
      return [
        [`files/${key}`, content] as const,
        [`patches/${service.name}.yml`, patch(service, secretsOf(names, service.name))] as const,
      ];
    }),
  ]);
}

function configMapOf({ name }: Service): string {
  return `${name}-mtls`;
}

const POD = "/spec/template/spec";
const CONTAINER = `${POD}/containers/0`;

/** A JSON patch (RFC 6902). */
function patch(service: Service, secrets: ServiceSecrets): Settings[] {
  const add = (path: string, value: Value) => ({ op: "add", path, value });
  const tcp = probe(service);
  return [
    ...sources(service, configMapOf(service), secrets).map((source) =>
      add(`${POD}/volumes/0/projected/sources/-`, source),
    ),
    ...variables(service).map((variable) => add(`${CONTAINER}/env/-`, variable)),
    // Replaces an existing probe as a whole.
    ...(tcp ? [add(`${CONTAINER}/readinessProbe`, tcp)] : []),
  ];
}

/** A Deployment as kustomize renders it, with the fields that are used here. */
export interface DeploymentObject {
  readonly spec: { readonly template: { readonly spec: PodSpec } };
}

interface PodSpec {
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
}

interface Container {
  readonly name: string;
  readonly env?: readonly object[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly readinessProbe?: object;
  readonly livenessProbe?: object;
  readonly startupProbe?: object;
}

interface Volume {
  readonly name: string;
  readonly projected?: { readonly sources?: readonly unknown[] };
}

/** Thrown for a Deployment with another structure than in the kustomize base, to which nothing can be added. */
export class NoSuchPlace extends Error {
  override readonly name = "NoSuchPlace";
}

/**
 * Adds a service's profile and Secrets to its Deployment: the volume with its configuration gets more sources, and an
 * HTTP probe is replaced by one that only connects.
 *
 * @throws NoSuchPlace if there is no container with the service's name and a projected volume at /opt/spinnaker/config.
 */
export function withMutualTls<Name>(
  deployment: DeploymentObject,
  service: Service,
  added: readonly Source<Name>[],
): DeploymentObject {
  const pod = deployment.spec.template.spec;
  const container = pod.containers.find(({ name }) => name === service.name);
  if (!container) throw new NoSuchPlace(`has no container "${service.name}"`);
  const volume = configurationOf(container, pod);
  const changed: PodSpec = {
    ...pod,
    containers: pod.containers.map((each) => (each === container ? secured(each, service) : each)),
    volumes: (pod.volumes ?? []).map((each) =>
      each === volume
        ? {
            ...each,
            projected: {
              ...each.projected,
              sources: [...(each.projected?.sources ?? []), ...added],
            },
          }
        : each,
    ),
  };
  return {
    ...deployment,
    spec: { ...deployment.spec, template: { ...deployment.spec.template, spec: changed } },
  };
}

function configurationOf(
  { name, volumeMounts = [] }: Container,
  { volumes = [] }: PodSpec,
): Volume {
  const mount = volumeMounts.find(
    ({ mountPath }) => mountPath.replace(/\/+$/, "") === CONFIG_DIRECTORY,
  );
  const volume = volumes.find((each) => each.name === mount?.name);
  if (!volume?.projected) {
    throw new NoSuchPlace(
      `mounts no projected volume at ${CONFIG_DIRECTORY} in its container "${name}"`,
    );
  }
  return volume;
}

function secured(container: Container, service: Service): Container {
  const tcp = probe(service);
  const env = variables(service);
  return {
    ...container,
    ...(env.length > 0 && { env: [...(container.env ?? []), ...env] }),
    ...(tcp && {
      readinessProbe: { ...withoutAction(container.readinessProbe), ...tcp },
      ...(container.livenessProbe && {
        livenessProbe: { ...withoutAction(container.livenessProbe), ...tcp },
      }),
      ...(container.startupProbe && {
        startupProbe: { ...withoutAction(container.startupProbe), ...tcp },
      }),
    }),
  };
}

/** Actions of a probe, which can have only one (Kubernetes core/v1 Probe); its times stay. */
const ACTIONS = ["httpGet", "exec", "grpc", "tcpSocket"];

function withoutAction(probe: object = {}): Settings {
  return Object.fromEntries(
    Object.entries(probe as Settings).filter(([key]) => !ACTIONS.includes(key)),
  );
}
