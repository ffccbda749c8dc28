import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import type {
  V1ConfigMap,
  V1Deployment,
  V1Namespace,
  V1Pod,
  V1PodSpec,
  V1Secret,
} from "@kubernetes/client-node";
import { withApi } from "../../local/api";
import { layoutOf } from "../../local/directory";
import { pkiFiles } from "../../local/pki";
import { readCertificate, readCertificates } from "../../x509";
import { until } from "./time";
import { workbench } from "./workbench";

/** Reads an object, or a list, by its path on the API server; undefined if it does not exist. */
async function read<T>(path: string): Promise<T | undefined> {
  const { controlPlane } = await workbench();
  const { pki } = layoutOf(controlPlane.directory);
  const ask = () => withApi(controlPlane.server, pkiFiles(pki), (api) => api.get(path));
  let { status, body } = await ask();
  // A new kind of object cannot be listed in its first second, although its definition is established.
  await until(`the API server answers ${path}`, async () => {
    if (status === 429) ({ status, body } = await ask());
    return status !== 429;
  });
  if (status === 404) return undefined;
  assert.equal(status, 200, body);
  return JSON.parse(body) as T;
}

/** Returns the objects of a collection, e.g. `/api/v1/persistentvolumes`. */
export async function list<T>(path: string): Promise<readonly T[]> {
  return (await read<{ items: T[] }>(path))?.items ?? [];
}

/** Returns the names of the namespaces that start with the prefix, sorted. */
export async function namespacesOf(prefix: string): Promise<string[]> {
  const all = await list<V1Namespace>("/api/v1/namespaces");
  const names = all.map(({ metadata }) => metadata?.name ?? "");
  return names.filter((name) => name.startsWith(`${prefix}-`)).sort();
}

export const secretsIn = (namespace: string) =>
  list<V1Secret>(`/api/v1/namespaces/${namespace}/secrets`);

export const configMapsIn = (namespace: string) =>
  list<V1ConfigMap>(`/api/v1/namespaces/${namespace}/configmaps`);

/** Returns the Secrets that the program created, by name, without Helm's records and the charts' Secrets. */
export async function ourSecrets(namespace: string): Promise<Map<string, V1Secret>> {
  const found = (await secretsIn(namespace)).filter(
    ({ type, metadata }) =>
      type !== HELM_RECORD && metadata?.labels?.["app.kubernetes.io/managed-by"] !== "Helm",
  );
  return new Map(found.map((secret) => [secret.metadata?.name ?? "", secret]));
}

/** Returns the certificate, the key and the CAs of a service, from its usual objects. */
export async function deployedService(namespace: string, service: string) {
  const named = (name: string) => (each: V1Secret | V1ConfigMap) => each.metadata?.name === name;
  const secret = (await secretsIn(namespace)).find(named(`${service}-tls`));
  const cas = (await configMapsIn(namespace)).find(named("services-ca"));
  return {
    certificate: readCertificate(entryOf(secret, "tls.crt")),
    key: entryOf(secret, "tls.key"),
    cas: readCertificates(cas?.data?.["ca.crt"] ?? "").map(({ fingerprint }) => fingerprint),
  };
}

/** Returns one entry of a Secret as text. */
export function entryOf(secret: V1Secret | undefined, key: string): string {
  const value = secret?.data?.[key];
  assert.ok(value !== undefined, `Secret ${secret?.metadata?.name ?? "?"} has no ${key}`);
  return Buffer.from(value, "base64").toString();
}

export async function deployment(namespace: string, name: string): Promise<V1Deployment> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
  const found = await read<V1Deployment>(path);
  assert.ok(found, `there is no Deployment ${name} in ${namespace}`);
  return found;
}

/** Returns the pods that run and are not being deleted. */
export async function runningPods(namespace: string): Promise<readonly V1Pod[]> {
  const pods = await list<V1Pod>(`/api/v1/namespaces/${namespace}/pods`);
  return pods.filter(
    ({ metadata, status }) => status?.phase === "Running" && !metadata?.deletionTimestamp,
  );
}

/** Returns the names of the Secrets that a pod mounts, by the volume's name. */
export function mountedSecrets(spec: V1PodSpec | undefined): Record<string, string[]> {
  const mounts = (spec?.volumes ?? []).map(({ name, secret, projected }) => {
    const sources = projected?.sources ?? [];
    const names = [secret?.secretName, ...sources.map((source) => source.secret?.name)];
    return [name, names.filter((each) => each !== undefined)] as const;
  });
  return Object.fromEntries(mounts.filter(([, names]) => names.length > 0));
}

const HELM_RECORD = "helm.sh/release.v1";

/** A revision of a release in Helm's records. */
export interface HelmRevision {
  readonly version: number;
  readonly status: string;
  /** Everything that Helm has recorded: values, rendered manifests, hooks, the chart. */
  readonly record: string;
}

/** Returns the revisions of all releases in a namespace, oldest first. */
export async function helmHistory(namespace: string): Promise<readonly HelmRevision[]> {
  const records = (await secretsIn(namespace)).filter(({ type }) => type === HELM_RECORD);
  return records
    .map((secret) => ({
      version: Number(secret.metadata?.labels?.version),
      status: secret.metadata?.labels?.status ?? "",
      record: gunzipSync(Buffer.from(entryOf(secret, "release"), "base64")).toString(),
    }))
    .sort((one, other) => one.version - other.version);
}

/** Returns a custom resource; undefined if it does not exist. */
export function custom<T>(
  groupVersion: string,
  namespace: string,
  plural: string,
  name: string,
): Promise<T | undefined> {
  return read<T>(`/apis/${groupVersion}/namespaces/${namespace}/${plural}/${name}`);
}
