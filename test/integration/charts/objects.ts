import type { V1Container, V1PodSpec, V1PodTemplateSpec, V1Secret } from "@kubernetes/client-node";

/** Returns the content of a Secret, whether the chart wrote it as text or in base64. */
export function secretData({ data = {}, stringData = {} }: V1Secret): Record<string, string> {
  const decoded = Object.entries(data).map(([key, value]) => [
    key,
    Buffer.from(value, "base64").toString(),
  ]);
  return { ...(Object.fromEntries(decoded) as Record<string, string>), ...stringData };
}

/** Returns the variables of a container, each with its value or, as `name/key`, with the Secret that contains it. */
export function variablesOf(container: V1Container | undefined): Record<string, string> {
  return Object.fromEntries(
    (container?.env ?? []).map(({ name, value, valueFrom }) => {
      const { name: secret = "", key = "" } = valueFrom?.secretKeyRef ?? {};
      return [name, valueFrom?.secretKeyRef ? `${secret}/${key}` : (value ?? "")];
    }),
  );
}

/** Returns the ConfigMaps and Secrets that a container reads completely (`envFrom`), sorted. */
export function readWhole(container: V1Container | undefined): string[] {
  const sources = container?.envFrom ?? [];
  const names = sources.map(({ configMapRef, secretRef }) =>
    configMapRef ? `ConfigMap ${configMapRef.name ?? ""}` : `Secret ${secretRef?.name ?? ""}`,
  );
  return names.sort();
}

/** Returns the names of a pod's init containers, sorted, since the order in which they wait does not matter. */
export function waitsOf({ spec }: V1PodTemplateSpec): string[] {
  return (spec?.initContainers ?? []).map(({ name }) => name).sort();
}

/** Returns the volumes by the paths at which a container mounts them. */
export function mountedVolumes(spec: V1PodSpec | undefined, container: V1Container | undefined) {
  const volumes = new Map(spec?.volumes?.map((volume) => [volume.name, volume]));
  return Object.fromEntries(
    (container?.volumeMounts ?? []).map(({ mountPath, name }) => [mountPath, volumes.get(name)]),
  );
}
