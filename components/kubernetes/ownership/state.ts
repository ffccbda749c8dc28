import {
  MADE_BY,
  kindOfType,
  type LiveObject,
  type Metadata,
  type ObjectRef,
  type StackIdentity,
} from "./object";

/** A Kubernetes resource in the state. */
export interface StateObject {
  readonly type: string;
  /** Name of the resource. */
  readonly name: string;
  /** Metadata of the object when Pulumi last wrote or read it; for a Helm release, its name and namespace. */
  readonly metadata: Metadata;
}

/** Type of Helm releases. */
export const RELEASE = "kubernetes:helm.sh/v3:Release";

/** Objects and Helm releases in a stack's state, and the identity of the stack. */
export class StateObjects {
  /** UIDs of the objects. */
  readonly uids: ReadonlySet<string>;

  constructor(
    readonly stack: StackIdentity,
    private readonly resources: readonly StateObject[],
  ) {
    this.uids = new Set(
      resources.flatMap(({ metadata: { uid } }) => (uid === undefined ? [] : [uid])),
    );
  }

  /** Returns the resource with a type and name; undefined if there is none. */
  of(type: string, name: string): StateObject | undefined {
    return this.resources.find((each) => each.type === type && each.name === name);
  }

  ofType(type: string): readonly StateObject[] {
    return this.resources.filter((each) => each.type === type);
  }

  /** Whether a resource represents an object with this kind, namespace and name. */
  has({ apiVersion, kind, namespace, name }: ObjectRef): boolean {
    return this.resources.some(({ type, metadata }) => {
      const own = kindOfType(type);
      return (
        own?.kind === kind &&
        own.apiVersion === apiVersion &&
        metadata.name === name &&
        (metadata.namespace ?? namespace) === namespace
      );
    });
  }

  /** Whether a resource represents this very object. If the state has no UID of the object, its name decides. */
  hasObject(ref: ObjectRef, { metadata: { uid } }: LiveObject): boolean {
    if (uid !== undefined && this.uids.has(uid)) return true;
    return (
      this.has(ref) &&
      !this.resources.some(
        ({ metadata }) => metadata.name === ref.name && metadata.uid !== undefined,
      )
    );
  }

  hasRelease(namespace: string, name: string): boolean {
    return this.releasesIn(namespace).has(name);
  }

  /** Names of the Helm releases in a namespace. */
  releasesIn(namespace: string): ReadonlySet<string> {
    return new Set(
      this.ofType(RELEASE)
        .filter(({ metadata }) => metadata.namespace === namespace)
        .map(({ metadata }) => metadata.name),
    );
  }
}

/** Whether the stack marked an object when it created it. Older versions did not. */
export function isMarked({ metadata: { annotations = {} } }: StateObject): boolean {
  return MADE_BY in annotations;
}
