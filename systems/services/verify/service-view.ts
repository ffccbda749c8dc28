import type { Cluster } from "../../../verify/cluster/api";
import { contentOf, type PodFile } from "../../../verify/cluster/pods";
import type { ObjectRef } from "../../../verify/release-users";
import type { ServiceOutputs } from "../outputs";

/** Files of an object. */
export interface ObjectFiles {
  /** The object, e.g. `Secret shop/db-tls`. */
  readonly place: string;
  /** By name; undefined if the object does not exist. */
  readonly files: ReadonlyMap<string, PodFile> | undefined;
}

/** Objects of a service. */
export interface ServiceObjects {
  readonly keys: ObjectRef;
  /** The same as `keys` if the CAs are in that Secret. */
  readonly ca: ObjectRef;
}

/** Files that a service reads, as they are in the cluster. */
export interface ServiceView {
  /** Files of the Secret with its certificate and key. */
  readonly keys: ObjectFiles;
  /** Files of the object with the CAs. The same as `keys` if they are in that Secret. */
  readonly ca: ObjectFiles;
}

/** Returns the objects of a service, according to its stack. */
export function objectsOf({ keys, ca, files }: ServiceOutputs): ServiceObjects {
  const secret = { kind: "Secret", name: keys } as const;
  if (files.ca.object === "keys") return { keys: secret, ca: secret };
  return { keys: secret, ca: { kind: files.ca.object, name: ca } };
}

/** Reads the objects of a service from the cluster. */
export async function readService(cluster: Cluster, service: ServiceOutputs): Promise<ServiceView> {
  const { namespace } = service;
  const objects = objectsOf(service);
  const read = async (object: ObjectRef): Promise<ObjectFiles> => {
    const place = `${object.kind} ${namespace}/${object.name}`;
    const content = await contentOf(cluster, namespace, object);
    const files = [...(content ?? [])].map(([name, bytes]): [string, PodFile] => {
      return [name, { content: bytes, origin: place }];
    });
    return { place, files: content && new Map(files) };
  };
  const keys = await read(objects.keys);
  return { keys, ca: objects.ca === objects.keys ? keys : await read(objects.ca) };
}

/** Returns the objects that do not exist. */
export function missingIn({ keys, ca }: ServiceView): string[] {
  const missing = [keys, ca].filter(({ files }) => files === undefined);
  return [...new Set(missing.map(({ place }) => place))];
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
        ? [...(view.ca.files?.keys() ?? [])].filter((name) => HASHED.test(name)).sort()
        : Object.values(ca.names),
  };
}
