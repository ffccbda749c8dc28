import { posix } from "node:path";
import { backendFiles } from "../../../components/choreo-connect/backend-files";
import { objectNamesOf, type Backend } from "../../../components/choreo-connect/gateway";
import type { KeptMaterial } from "../outputs";
import type { ChoreoConnectStack } from "../export/stack";
import type { Cluster } from "../../../verify/cluster/api";
import type { PodFile } from "../../../verify/cluster/pod-files";
import { REPAIR } from "../../../verify/todo";
import { plannedFile } from "./planned-file";
import { TODO } from "./todo";

/** By name. */
export type Files = ReadonlyMap<string, PodFile>;

/** What a backend is given. */
export interface BackendView {
  /** With its own pair. */
  readonly keys: Files;
  /** With the CAs by which it knows the router, as PEM. */
  readonly routerCa: Files;
  /** With the same as a store. */
  readonly routerTrust: Files;
  /** Objects that do not exist, in sentences. */
  readonly missing: readonly string[];
  /** What to do where it is not as the stack made it. */
  readonly todo: string;
}

const NOTHING: Files = new Map();

/** The objects of a backend's namespace. */
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
 * What is exported for a backend elsewhere.
 *
 * @param kept undefined if keys and passwords are not to be had; then only public parts are there.
 */
export function exportedBackend(
  backend: Backend,
  { gateway, caBundle, issued }: ChoreoConnectStack,
  kept: KeptMaterial | undefined,
): BackendView {
  const { name } = backend;
  const certificate = issued.backends[name]?.certificate;
  const written = backendFiles(backend, gateway.upstreamTls, {
    ...{ certificate, bundle: caBundle },
    key: kept?.backends[name],
    password: kept?.passwords[name],
  });
  const files = new Map(written.map((file) => [posix.basename(file.path), plannedFile(file)]));
  // Without keys nothing is written of the pair, and its certificate can be looked at nevertheless.
  if (kept === undefined && certificate !== undefined) {
    const origin = "the stack's outputs";
    files.set("tls.crt", { content: Buffer.from(certificate), origin });
  }
  return {
    ...{ keys: files, routerCa: files, routerTrust: files },
    missing: [],
    todo: TODO.exported,
  };
}
