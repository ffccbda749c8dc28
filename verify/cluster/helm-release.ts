import { gunzipSync } from "node:zlib";
import type { V1PodSpec } from "@kubernetes/client-node";
import { parse } from "yaml";

/** A revision of a Helm release, as Helm 3 stores it in a Secret of type `helm.sh/release.v1`. */
export interface HelmRelease {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  /** `deployed`, or `superseded`, `failed`, `pending-upgrade`, … */
  readonly status: string;
  readonly chart: { readonly name: string; readonly version: string };
  readonly workloads: readonly Workload[];
  readonly configMaps: readonly ReleasedConfigMap[];
}

/** A Deployment or StatefulSet. */
export interface Workload {
  readonly kind: "Deployment" | "StatefulSet";
  readonly name: string;
  readonly pod: V1PodSpec;
}

/** A ConfigMap as it is in the release. */
interface ReleasedConfigMap {
  readonly name: string;
  readonly data: Readonly<Record<string, string>>;
}

/** Name of the Secret that holds a revision. */
export function releaseSecretName(name: string, revision: number): string {
  return `sh.helm.release.v1.${name}.v${revision}`;
}

/** Fields of a Secret that are read here. */
interface ReleaseSecret {
  readonly type?: string | undefined;
  readonly metadata?: { readonly name?: string | undefined } | undefined;
  readonly data?: Readonly<Record<string, string>> | undefined;
}

interface StoredRelease {
  readonly name: string;
  readonly namespace: string;
  readonly version: number;
  readonly info: { readonly status: string };
  readonly chart: { readonly metadata: { readonly name: string; readonly version: string } };
  readonly manifest: string;
}

/**
 * Decodes a release: JSON, in gzip, in Helm's base64, in the Secret's base64.
 *
 * @throws Error if the Secret holds anything else.
 */
export function decodeRelease(secret: ReleaseSecret): HelmRelease {
  const name = secret.metadata?.name ?? "";
  if (secret.type !== "helm.sh/release.v1") {
    throw new Error(`Secret ${name} is of type ${secret.type ?? "none"}, not helm.sh/release.v1`);
  }
  let stored: StoredRelease;
  try {
    const inner = Buffer.from(secret.data?.release ?? "", "base64").toString("latin1");
    const packed = Buffer.from(inner, "base64");
    // Helm before 3.0 wrote uncompressed releases, and Helm still reads them.
    const isGzip = packed[0] === 0x1f && packed[1] === 0x8b;
    stored = JSON.parse((isGzip ? gunzipSync(packed) : packed).toString("utf8")) as StoredRelease;
  } catch {
    throw new Error(`Secret ${name} does not hold a Helm release: it is damaged`);
  }
  const { name: chartName, version } = stored.chart.metadata;
  return {
    name: stored.name,
    namespace: stored.namespace,
    revision: stored.version,
    status: stored.info.status,
    chart: { name: chartName, version },
    ...readManifest(stored.manifest),
  };
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: { readonly template?: { readonly spec?: V1PodSpec } };
}

function readManifest(text: string): Pick<HelmRelease, "workloads" | "configMaps"> {
  const workloads: Workload[] = [];
  const configMaps: ReleasedConfigMap[] = [];
  // Helm separates documents with such lines; inside a block of text they would be indented.
  for (const document of text.split(/^---\s*$/m)) {
    // Parsing is slow, and a release has a hundred documents but few of these kinds.
    if (!/^kind: ["']?(Deployment|StatefulSet|ConfigMap)\b/m.test(document)) continue;
    const {
      kind,
      metadata,
      data = {},
      spec,
    } = parse(document, withoutNull, { logLevel: "error" }) as Manifest;
    if (kind === "ConfigMap") configMaps.push({ name: metadata.name, data });
    else if ((kind === "Deployment" || kind === "StatefulSet") && spec?.template?.spec)
      workloads.push({ kind, name: metadata.name, pod: spec.template.spec });
  }
  return { workloads, configMaps };
}

/** Drops nulls: an empty value in YAML is null, but the API server and its types treat it as absent. */
function withoutNull(_key: unknown, value: unknown): unknown {
  return value ?? undefined;
}
