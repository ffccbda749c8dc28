import type { Installation, Service } from "../installation";
import type { Settings, Value } from "../profiles";
import { kustomizeProfile, probe, sources, variables } from "./kustomize";
import { secretsOf, type SecretNames, type ServiceSecrets } from "./secret-names";

/**
 * A kustomize Component that adds mutual TLS to the base or an overlay of it, as files by path. It changes Deployments
 * as the base's own components do (spinnaker/spinnaker, spinnaker-kustomize/components): by position, since a list of
 * projected sources cannot be merged.
 */
export function kustomizeDirectory(
  installation: Installation,
  names: SecretNames,
): Map<string, Value> {
  const services = [...installation.services.values()];
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
