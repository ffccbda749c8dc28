import type {
  KubernetesObject,
  V1ConfigMap,
  V1Container,
  V1Ingress,
  V1NetworkPolicy,
  V1PersistentVolumeClaim,
  V1PodSpec,
  V1PodTemplateSpec,
  V1Probe,
  V1Secret,
  V1Service,
  V1Volume,
} from "@kubernetes/client-node";

/** An object of the API as parsed from YAML, which is not an instance of the client's class. */
type Plain<T> = T extends Date
  ? T
  : T extends readonly (infer Each)[]
    ? readonly Plain<Each>[]
    : T extends object
      ? { readonly [Key in keyof T]: Plain<T[Key]> }
      : T;

/**
 * Returns lines that describe what a chart creates, as far as other code could make assumptions about it: objects by
 * name, with their keys, settings, ports, hosts, containers, mounts and probes. Labels, images, resources and security
 * contexts are left out.
 */
export function shapeOf(objects: readonly KubernetesObject[]): string[] {
  return objects.map(withoutNull).flatMap((object) => {
    const name = `${object.kind ?? "?"} ${object.metadata?.name ?? "?"}`;
    return [name, ...detailsOf(object).map((detail) => `${name}: ${detail}`)];
  });
}

/** Removes null values: an empty value is null in YAML, but absent for the API server and its types. */
function withoutNull(object: KubernetesObject): KubernetesObject {
  const text = JSON.stringify(object, (_key, value: unknown) => value ?? undefined);
  return JSON.parse(text) as KubernetesObject;
}

function detailsOf(object: KubernetesObject): string[] {
  switch (object.kind) {
    case "ConfigMap":
      return Object.keys((object as Plain<V1ConfigMap>).data ?? {}).map((key) => `key ${key}`);
    case "Secret": {
      const { data = {}, stringData = {} } = object as Plain<V1Secret>;
      return Object.keys({ ...data, ...stringData }).map((key) => `key ${key}`);
    }
    case "Service":
      return serviceDetails(object);
    case "Ingress":
      return ingressDetails(object);
    case "NetworkPolicy":
      return policyDetails(object);
    case "PersistentVolumeClaim":
      return claimDetails(object);
    case "Deployment":
    case "StatefulSet":
    case "Job":
      return workloadDetails(object);
    default:
      return [];
  }
}

interface Workload extends KubernetesObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly strategy?: { readonly type?: string };
    readonly template?: Plain<V1PodTemplateSpec>;
    readonly volumeClaimTemplates?: readonly Plain<V1PersistentVolumeClaim>[];
  };
}

function workloadDetails({ metadata, spec }: Workload): string[] {
  const { template, replicas, strategy, volumeClaimTemplates = [] } = spec ?? {};
  const hooks = Object.entries(metadata?.annotations ?? {}).filter(([key]) =>
    key.includes("/hook"),
  );
  const pod: Partial<Plain<V1PodSpec>> = template?.spec ?? {};
  const sources = new Map(pod.volumes?.map((volume) => [volume.name, sourceOf(volume)]));
  for (const { metadata: claim } of volumeClaimTemplates) {
    sources.set(claim?.name ?? "", `claim of its own ${claim?.name ?? ""}`);
  }
  const containers = (kind: string, found: readonly Plain<V1Container>[] = []) =>
    found.flatMap((container) =>
      containerDetails(container, sources).map((detail) => `${kind} ${container.name} ${detail}`),
    );
  return [
    ...hooks.map(([key, value]) => `${key} ${value}`),
    ...(replicas === undefined ? [] : [`replicas ${replicas}`]),
    ...(strategy?.type === undefined ? [] : [`strategy ${strategy.type}`]),
    ...containers("init container", pod.initContainers),
    ...containers("container", pod.containers),
  ];
}

function containerDetails(
  { env = [], envFrom = [], volumeMounts = [], ports = [], ...probes }: Plain<V1Container>,
  sources: ReadonlyMap<string, string>,
): string[] {
  return [
    "is there",
    ...envFrom.map(({ configMapRef, secretRef }) =>
      configMapRef
        ? `reads all of ConfigMap ${configMapRef.name ?? ""}`
        : `reads all of Secret ${secretRef?.name ?? ""}`,
    ),
    ...env.map(({ name, valueFrom }) => {
      const key = valueFrom?.secretKeyRef ?? valueFrom?.configMapKeyRef;
      return key === undefined ? `has ${name}` : `has ${name} <- ${key.name ?? ""}/${key.key}`;
    }),
    ...volumeMounts.map(
      ({ mountPath, name, subPath }) =>
        `mounts ${mountPath.replace(/\/$/, "")}${subPath === undefined ? "" : ` (${subPath})`} <- ${sources.get(name) ?? `volume ${name}`}`,
    ),
    ...ports.map(({ name = "", containerPort }) => `serves ${containerPort} ${name}`),
    ...(["startupProbe", "livenessProbe", "readinessProbe"] as const).flatMap((kind) =>
      probeDetails(kind, probes[kind]),
    ),
  ];
}

function probeDetails(kind: string, probe: Plain<V1Probe> | undefined): string[] {
  if (probe === undefined) return [];
  const { exec, httpGet, tcpSocket, ...times } = probe;
  const timing = Object.entries(times).map(
    ([key, value]) => `${kind} ${key} ${JSON.stringify(value)}`,
  );
  if (httpGet) return [`${kind} GET ${httpGet.path ?? ""} at ${httpGet.port}`, ...timing];
  if (tcpSocket) return [`${kind} TCP ${tcpSocket.port}`, ...timing];
  return [...(exec?.command ?? []).map((argument) => `${kind} argument ${argument}`), ...timing];
}

function sourceOf({
  name,
  secret,
  configMap,
  projected,
  persistentVolumeClaim,
}: Plain<V1Volume>): string {
  if (secret) return `Secret ${secret.secretName ?? ""}`;
  if (configMap) return `ConfigMap ${configMap.name ?? ""}`;
  if (persistentVolumeClaim) return `claim ${persistentVolumeClaim.claimName}`;
  if (projected === undefined) return `volume ${name}`;
  const parts = (projected.sources ?? []).map(({ secret: part, configMap: other }) => {
    const items = (part ?? other)?.items?.map(({ key, path }) => `${key} as ${path}`) ?? [];
    return `${part ? "Secret" : "ConfigMap"} ${(part ?? other)?.name ?? ""} (${items.join(", ")})`;
  });
  return parts.join(" + ");
}

function serviceDetails({ spec }: Plain<V1Service>): string[] {
  return (spec?.ports ?? []).map(
    ({ name = "", port, targetPort = port }) => `port ${port} ${name} to ${targetPort}`,
  );
}

function ingressDetails({ spec, metadata }: Plain<V1Ingress>): string[] {
  const annotations = Object.entries(metadata?.annotations ?? {});
  return [
    ...annotations.map(([key, value]) => `annotation ${key} ${value}`),
    ...(spec?.ingressClassName === undefined ? [] : [`class ${spec.ingressClassName}`]),
    ...(spec?.rules ?? []).flatMap(({ host = "", http }) =>
      (http?.paths ?? []).map(({ path = "", backend }) => {
        const { name = "", port } = backend.service ?? {};
        return `${host}${path} to ${name}:${port?.number ?? port?.name ?? ""}`;
      }),
    ),
  ];
}

function policyDetails({ spec }: Plain<V1NetworkPolicy>): string[] {
  const ports = (
    rules: readonly { readonly ports?: readonly { readonly port?: string | number }[] }[] = [],
  ) => [...new Set(rules.flatMap(({ ports: each = [] }) => each.map(({ port }) => String(port))))];
  return [
    ...ports(spec?.ingress).map((port) => `lets in at ${port}`),
    ...ports(spec?.egress).map((port) => `lets out to ${port}`),
  ];
}

function claimDetails({ spec }: Plain<V1PersistentVolumeClaim>): string[] {
  return (spec?.accessModes ?? []).map((mode) => `is ${mode}`);
}
