import type { Cluster } from "../../../verify/cluster/api";
import { contentOf, type PodFile } from "../../../verify/cluster/pods";
import type { ObjectRef } from "../../../verify/release-users";
import type { ServiceOutputs } from "../outputs";

/** Files of an object by name. */
export type Files = ReadonlyMap<string, PodFile>;

/** Objects of a service. */
export interface ServiceObjects {
  readonly keys: ObjectRef;
  /** The same as `keys` if the CAs are in that Secret. */
  readonly ca: ObjectRef;
}

/** Files that a service reads, as they are in the cluster. */
export interface ServiceView {
  /** Files of the Secret with its certificate and key; none if it does not exist. */
  readonly keys: Files;
  /** Files of the object with the CAs; none if it does not exist. */
  readonly ca: Files;
  /** Objects that do not exist, as `Secret shop/db-tls`. */
  readonly missing: readonly string[];
}

/** Returns the objects of a service, according to its stack. */
export function objectsOf({ keys, ca, files }: ServiceOutputs): ServiceObjects {
  const secret = { kind: "Secret", name: keys } as const;
  if (files.ca.object === "keys") return { keys: secret, ca: secret };
  return { keys: secret, ca: { kind: files.ca.object, name: ca } };
}

/** Describes an object for messages. */
export function placeOf({ namespace }: ServiceOutputs, { kind, name }: ObjectRef): string {
  return `${kind} ${namespace}/${name}`;
}

/** Reads the objects of a service from the cluster. */
export async function readService(cluster: Cluster, service: ServiceOutputs): Promise<ServiceView> {
  const { keys, ca } = objectsOf(service);
  const missing = new Set<string>();
  const read = async (object: ObjectRef): Promise<Files> => {
    const origin = placeOf(service, object);
    const content = await contentOf(cluster, service.namespace, object);
    if (content === undefined) missing.add(origin);
    return new Map([...(content ?? [])].map(([name, bytes]) => [name, { content: bytes, origin }]));
  };
  const own = await read(keys);
  return { keys: own, ca: ca === keys ? own : await read(ca), missing: [...missing] };
}

/** Names of the files in a folder in which OpenSSL looks for CAs. */
export const HASHED = /^[\da-f]{8}\.\d{1,5}$/;

/** Returns the names of the files in the Secret, and of those with the CAs. */
export function fileNames(
  { files: { keys, ca } }: ServiceOutputs,
  view: ServiceView,
): { readonly keys: readonly string[]; readonly ca: readonly string[] } {
  return {
    keys: Object.values(keys.names),
    ca:
      ca.form === "directory"
        ? [...view.ca.keys()].filter((name) => HASHED.test(name)).sort()
        : Object.values(ca.names),
  };
}
