import { stringify } from "yaml";
import type { Installation } from "../../../components/spinnaker/installation";
import {
  kustomizeProfile,
  sources,
  withMutualTls,
} from "../../../components/spinnaker/targets/kustomize";
import type { SecretNames } from "../../../components/spinnaker/profiles";

/** Creates the objects that a stack deploys from a kustomization like the base, by kind and name. */
export function makeDeployments(found: Installation, names: SecretNames): Record<string, object> {
  const objects: Record<string, object> = {
    "ConfigMap/spinnaker": {
      data: {
        "spinnaker.yml": "spring.config.import: optional:file:/opt/spinnaker/config/*/",
      },
    },
  };
  for (const service of found.services) {
    const { name } = service;
    const { key, content } = kustomizeProfile(service, found);
    const secrets = names.get(name) ?? { keys: "", trust: "", others: undefined };
    const added = sources(service, `${name}-profile`, secrets);
    objects[`ConfigMap/${name}`] = {
      metadata: { name },
      data: { [`${name}.yml`]: "server:\n  port: 1\n" },
    };
    objects[`ConfigMap/${name}-profile`] = { data: { [key]: stringify(content) } };
    objects[`Deployment/${name}`] = {
      ...structuredClone(withMutualTls(deployment(name), service, added)),
      status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1 },
    };
  }
  return objects;
}

function deployment(name: string) {
  const container = {
    name,
    env: [{ name: "SPRING_PROFILES_ACTIVE", value: "local" }],
    readinessProbe: { httpGet: { path: "/health", port: "http" } },
    volumeMounts: [{ name: "config", mountPath: "/opt/spinnaker/config/" }],
  };
  const projected = { sources: [{ configMap: { name: "spinnaker" } }, { configMap: { name } }] };
  const pod = { containers: [container], volumes: [{ name: "config", projected }] };
  return { metadata: { generation: 1 }, spec: { replicas: 1, template: { spec: pod } } };
}
