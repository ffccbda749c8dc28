import { quote } from "../../../x509";

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

/** Annotation of objects with an exact name: the stack that created them, and its identity. */
export const MADE_BY = "countersign/made-by";

/** Annotation with which a person hands an object over: the full name of the stack that may take it. */
export const ADOPTED_BY = "countersign/adopted-by";

/** The name and identity of a stack, as its objects carry them. */
export interface StackIdentity {
  /** E.g. `organization/countersign/dev`. Stacks of different backends may have the same one. */
  readonly fullName: string;
  /** A random value, drawn once; undefined for a stack that has not created anything yet. */
  readonly id: string | undefined;
}

/** Returns the value of MADE_BY. */
export function madeBy(fullName: string, id: string): string {
  return `${fullName}#${id}`;
}

/** Whether an object's annotations say that a stack created it, or that a person handed it over to that stack. */
export function saysItIsOf(
  { annotations = {} }: Metadata,
  { fullName, id }: StackIdentity,
): boolean {
  if (annotations[ADOPTED_BY] === fullName) return true;
  const [, made] = (annotations[MADE_BY] ?? "").split("#");
  return id !== undefined && made === id;
}

/** Describes who created an object, as far as that is known, and its labels; for a sentence that begins with the object. */
export function originOf(metadata: Metadata): string {
  const { creationTimestamp, labels = {} } = metadata;
  const shown = Object.entries(labels).filter(([key]) => !key.startsWith("kubernetes.io/"));
  const details = [
    ...(creationTimestamp === undefined ? [] : [`on ${creationTimestamp}`]),
    ...shown.slice(0, 3).map(([key, value]) => `label ${key}=${value}`),
  ];
  return `made by ${makerOf(metadata)}${details.length > 0 ? ` (${details.join(", ")})` : ""}`;
}

/** Largest delay between an object's creation and the date of fields that were written with it, in milliseconds. */
const SAME_REQUEST = 2_000;

/**
 * Whether somebody else created an object that is in the state. Before 0.1, this program took over existing objects
 * with the name of an object that it was about to create. Its own namespaces have no field manager from their creation,
 * since it applied nothing but a name.
 *
 * @param metadata the metadata in the state.
 */
export function wasTakenOver({ creationTimestamp = "", managedFields = [] }: Metadata): boolean {
  return managedFields.some(
    ({ manager, time = "", subresource }) =>
      !subresource &&
      !isPulumi(manager) &&
      Date.parse(time) - Date.parse(creationTimestamp) <= SAME_REQUEST,
  );
}

function makerOf({
  labels = {},
  annotations = {},
  ownerReferences = [],
  ...rest
}: Metadata): string {
  const stack = annotations[MADE_BY];
  if (stack !== undefined)
    return `Countersign's stack ${quote(stack.split("#")[0] ?? "")} in another backend, or before it was destroyed`;
  const release = annotations["meta.helm.sh/release-name"];
  if (release !== undefined) {
    return `Helm release ${quote(release)} of namespace ${quote(annotations["meta.helm.sh/release-namespace"] ?? "")}`;
  }
  const [owner] = ownerReferences;
  if (owner !== undefined) return `${owner.kind} ${quote(owner.name)}`;
  const manager = labels["app.kubernetes.io/managed-by"];
  if (manager !== undefined) return quote(manager);
  const first = firstManager(rest);
  if (first === undefined) return "somebody else";
  return isPulumi(first) ? "another Pulumi stack" : quote(first);
}

/** The field manager that wrote first. */
function firstManager({ managedFields = [] }: Pick<Metadata, "managedFields">): string | undefined {
  return [...managedFields].sort((one, other) =>
    (one.time ?? "") < (other.time ?? "") ? -1 : 1,
  )[0]?.manager;
}

/** Whether a field manager is Pulumi's Kubernetes provider. */
function isPulumi(manager: string | undefined): boolean {
  return manager?.startsWith("pulumi-") ?? false;
}
