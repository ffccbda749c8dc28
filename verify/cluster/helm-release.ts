import { gunzipSync } from "node:zlib";
import type { V1PodSpec } from "@kubernetes/client-node";
import { parse } from "yaml";
import { WORKLOAD_KINDS, type WorkloadKind } from "../../components/kubernetes/workload";

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
  /** All its objects, as YAML. They may include passwords. */
  readonly manifest: string;
}

/** A workload as it is in the release. */
export interface Workload {
  readonly kind: WorkloadKind;
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
    manifest: stored.manifest,
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
  for (const document of documentsOf(text)) {
    // Parsing is slow, and a release has a hundred documents but few of these kinds.
    if (!RELEVANT.test(document)) continue;
    const {
      kind,
      metadata,
      data = {},
      spec,
    } = parse(document, withoutNull, { logLevel: "error" }) as Manifest;
    if (kind === "ConfigMap") configMaps.push({ name: metadata.name, data });
    else if (isWorkloadKind(kind) && spec?.template?.spec)
      workloads.push({ kind, name: metadata.name, pod: spec.template.spec });
  }
  return { workloads, configMaps };
}

const RELEVANT = new RegExp(`^kind: ["']?(${WORKLOAD_KINDS.join("|")}|ConfigMap)\\b`, "m");

function isWorkloadKind(kind: string): kind is WorkloadKind {
  return (WORKLOAD_KINDS as readonly string[]).includes(kind);
}

/** Finds the objects of a release that contain the name of another object, e.g. `Ingress shop`. */
export function objectsNaming({ manifest }: HelmRelease, name: string): string[] {
  const whole = new RegExp(`(?<![-.\\w])${name.replaceAll(".", "\\.")}(?![-.\\w])`);
  return documentsOf(manifest)
    .filter((document) => whole.test(document))
    .map((document) => {
      const kind = /^kind: ["']?(\w+)/m.exec(document)?.[1] ?? "object";
      const own = /^metadata:\n(?: .*\n)*? {2}name: ["']?([\w.-]+)/m.exec(document)?.[1];
      return own === undefined ? kind : `${kind} ${own}`;
    });
}

/** Splits a manifest. Helm separates documents with such lines; inside a block of text they would be indented. */
function documentsOf(manifest: string): string[] {
  return manifest.split(/^---\s*$/m);
}

/** Drops nulls: an empty value in YAML is null, but the API server and its types treat it as absent. */
function withoutNull(_key: unknown, value: unknown): unknown {
  return value ?? undefined;
}
