import type { Service } from "../installation";
import type { Settings } from "../profiles";
import { CONFIG_DIRECTORY, probe, variables, type Source } from "./kustomize";

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
