import { posix } from "node:path";
import { backendFiles } from "../../../components/choreo-connect/gateway-files";
import { objectNamesOf, type Backend } from "../../../components/choreo-connect/gateway";
import type { ChoreoConnectStack, KeptMaterial } from "../outputs";
import type { Cluster } from "../../../verify/cluster/api";
import type { PodFile } from "../../../verify/cluster/pods";
import { REPAIR } from "../../../verify/check";
import { TODO, plannedFile } from "./surroundings";

/** Files by name. */
export type Files = ReadonlyMap<string, PodFile>;

/** Secrets and ConfigMaps that a backend mounts, or the files that are exported for it. */
export interface BackendView {
  /** Files with its certificate and key. */
  readonly keys: Files;
  /** Files with the CAs that it trusts for the router, as PEM. */
  readonly routerCa: Files;
  /** Files with the same CAs as a store. */
  readonly routerTrust: Files;
  /** Sentences about objects that do not exist. */
  readonly missing: readonly string[];
  /** What to do if the files are not those of the stack. */
  readonly todo: string;
}

const NOTHING: Files = new Map();

/** Reads the objects in a backend's namespace. */
export async function readBackend(
  cluster: Cluster,
  backend: Backend,
  namespace: string,
): Promise<BackendView> {
  const names = objectNamesOf(backend);
  const missing: string[] = [];
  const read = async (kind: "Secret" | "ConfigMap", name: string | undefined): Promise<Files> => {
    if (name === undefined) return NOTHING;
    const origin = `${kind} ${namespace}/${name}`;
    const data = await (kind === "Secret"
      ? cluster.secret(namespace, name)
      : cluster.configMap(namespace, name));
    if (data === undefined) missing.push(`${origin} does not exist.`);
    const encoding = kind === "Secret" ? "base64" : "utf8";
    return new Map(
      Object.entries(data?.data ?? {}).map(([key, text]) => {
        return [key, { content: Buffer.from(text, encoding), origin }];
      }),
    );
  };
  return {
    keys: await read("Secret", names.keys),
    routerCa: await read("ConfigMap", names.routerCa),
    routerTrust: await read("Secret", names.routerTrust),
    missing,
    todo: REPAIR.objects,
  };
}

/**
 * Returns the files that are exported for a backend elsewhere.
 *
 * @param kept keys and passwords; undefined if they are not available, so that only public parts are returned.
 */
export function exportedBackend(
  backend: Backend,
  { gateway, caBundle, issued }: ChoreoConnectStack,
  kept: KeptMaterial | undefined,
): BackendView {
  const { name } = backend;
  const certificate = issued.backends[name]?.certificate;
  const written = backendFiles(backend, gateway.upstreamTls, {
    certificate,
    bundle: caBundle,
    key: kept?.backends[name],
    password: kept?.passwords[name],
  });
  const files = new Map(written.map((file) => [posix.basename(file.path), plannedFile(file)]));
  // Without its key, the certificate is not exported, but it can be checked nevertheless.
  if (kept === undefined && certificate !== undefined) {
    const origin = "the stack's outputs";
    files.set("tls.crt", { content: Buffer.from(certificate), origin });
  }
  return {
    keys: files,
    routerCa: files,
    routerTrust: files,
    missing: [],
    todo: TODO.exported,
  };
}
