import type { V1Container } from "@kubernetes/client-node";
import type { Cluster } from "./api";

/** A container's environment without secret variables. */
export type PodEnvironment = ReadonlyMap<string, string>;

/** Builds a container's environment. It does not read Secrets, because no check needs a password. */
export async function podEnvironment(
  cluster: Cluster,
  namespace: string,
  container: V1Container,
): Promise<PodEnvironment> {
  const environment = new Map<string, string>();
  for (const { prefix = "", configMapRef } of container.envFrom ?? []) {
    if (configMapRef?.name === undefined) continue;
    const object = await cluster.configMap(namespace, configMapRef.name);
    for (const [key, value] of Object.entries(object?.data ?? {}))
      environment.set(prefix + key, value);
  }
  // `env` takes precedence over `envFrom`.
  for (const { name, value, valueFrom } of container.env ?? []) {
    const reference = valueFrom?.configMapKeyRef;
    if (reference?.name !== undefined) {
      const object = await cluster.configMap(namespace, reference.name);
      const found = object?.data?.[reference.key];
      if (found !== undefined) environment.set(name, found);
    } else if (valueFrom === undefined) environment.set(name, value ?? "");
  }
  return environment;
}
