/** The place of an object in a cluster. */
export interface ObjectRef {
  /** E.g. `v1` or `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined for an object outside of namespaces. */
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** The part of an object's metadata that tells whose it is. */
export interface Metadata {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly uid?: string | undefined;
  readonly creationTimestamp?: string | undefined;
  readonly deletionTimestamp?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly ownerReferences?:
    readonly { readonly kind: string; readonly name: string }[] | undefined;
  readonly managedFields?:
    | readonly {
        readonly manager?: string | undefined;
        readonly time?: string | undefined;
        readonly subresource?: string | undefined;
      }[]
    | undefined;
}

/** An object as the cluster has it. */
export interface LiveObject {
  readonly kind: string;
  readonly metadata: Metadata;
}

/** Groups of Pulumi's Kubernetes package whose types are no objects of the API. */
const NO_OBJECTS = /^(?:helm\.sh|kustomize|yaml)\//;

/** API version and kind of a Pulumi type such as `kubernetes:core/v1:Secret`; undefined if it makes no object of its own. */
export function kindOfType(type: string): Pick<ObjectRef, "apiVersion" | "kind"> | undefined {
  const [provider, group = "", kind = ""] = type.split(":");
  if (provider !== "kubernetes" || !group.includes("/") || NO_OBJECTS.test(group)) return undefined;
  // A patch is meant for what exists, and takes back only its own fields.
  if (kind.endsWith("Patch")) return undefined;
  return { apiVersion: group.replace(/^core\//, ""), kind };
}

/** An object as people call it, e.g. `Secret "keys" in namespace "books"`. */
export function called({ kind, namespace, name }: Omit<ObjectRef, "apiVersion">): string {
  const where = namespace === undefined ? "" : ` in namespace "${namespace}"`;
  return `${kind} "${name}"${where}`;
}

/** How many objects a message names. */
const NAMED = 3;

/** Objects as a message lists them. */
export function listed(objects: readonly LiveObject[]): string {
  const named = objects.slice(0, NAMED).map(({ kind, metadata }) => `${kind} "${metadata.name}"`);
  const more = objects.length - named.length;
  return named.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
