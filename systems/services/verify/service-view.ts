import type { Cluster } from "../../../verify/cluster/api";
import { contentOf, type PodFile } from "../../../verify/cluster/pods";
import type { ObjectRef } from "../../../verify/release";
import type { ServiceOutputs } from "../outputs";
import { REPAIR, type Checklist } from "../../../verify/check";
import type { Store, StoreShelf } from "../../../verify/stores";
import { storePasswordProblem } from "../../../x509";

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

/**
 * Reports which files are there.
 *
 * @returns them; undefined if one is missing. If the object itself is missing, this is already reported.
 */
export function judgeFiles(
  list: Checklist,
  { place, files }: ObjectFiles,
  wanted: readonly string[],
): readonly PodFile[] | undefined {
  if (files === undefined) return undefined;
  const missing = wanted.filter((name) => !files.has(name));
  const isThere = list.judge(
    "files",
    missing.length === 0 ? [] : [`${place} has no ${missing.join(" and no ")}.`],
    `${wanted.join(" and ")} ${wanted.length === 1 ? "is" : "are"} in ${place}`,
    REPAIR.objects,
  );
  return isThere ? wanted.flatMap((name) => files.get(name) ?? []) : undefined;
}

/** Names of a store's files. */
interface StoreFiles {
  readonly store?: string;
  readonly password?: string;
}

/** Opens a store with its password; undefined if one of them is missing, which is reported. */
export function storeIn(
  object: ObjectFiles,
  { store = "", password = "" }: StoreFiles,
  list: Checklist,
  shelf: StoreShelf,
): Store | undefined {
  const [content, secret] = judgeFiles(list, object, [store, password]) ?? [];
  if (content === undefined || secret === undefined) return undefined;
  const text = secret.content.toString("utf8");
  const problem = storePasswordProblem(text);
  list.judge(
    "password",
    problem === undefined ? [] : [`the password in ${secret.origin} ${problem}.`],
    `Java can open ${store} with its password`,
    REPAIR.objects,
  );
  return { origin: content.origin, opened: shelf.open(content.content, text) };
}
