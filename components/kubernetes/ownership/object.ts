/** Identifies an object in a cluster. */
export interface ObjectRef {
  /** E.g. `v1` or `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined for a cluster-scoped object. */
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** The part of an object's metadata that shows who owns it. */
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

/** An object in the cluster. */
export interface LiveObject {
  readonly kind: string;
  readonly metadata: Metadata;
}

/** Groups of Pulumi's Kubernetes package whose types are not objects of the API. */
const NO_OBJECTS = /^(?:helm\.sh|kustomize|yaml)\//;

/**
 * API version and kind of a Pulumi type such as `kubernetes:core/v1:Secret`; undefined if it creates no object of its
 * own.
 */
export function kindOfType(type: string): Pick<ObjectRef, "apiVersion" | "kind"> | undefined {
  const [provider, group = "", kind = ""] = type.split(":");
  if (provider !== "kubernetes" || !group.includes("/") || NO_OBJECTS.test(group)) return undefined;
  // A patch is meant for an existing object, and removes only its own fields.
  if (kind.endsWith("Patch")) return undefined;
  return { apiVersion: group.replace(/^core\//, ""), kind };
}

/** Names an object for people, e.g. `Secret "keys" in namespace "books"`. */
export function called({ kind, namespace, name }: Omit<ObjectRef, "apiVersion">): string {
  const where = namespace === undefined ? "" : ` in namespace "${namespace}"`;
  return `${kind} "${name}"${where}`;
}

/** Number of objects that a message names. */
const NAMED = 3;

/** Lists objects for a message. */
export function listed(objects: readonly LiveObject[]): string {
  const named = objects.slice(0, NAMED).map(({ kind, metadata }) => `${kind} "${metadata.name}"`);
  const more = objects.length - named.length;
  return named.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
