import { kindOfType, type LiveObject, type Metadata, type ObjectRef } from "./object";
import { MADE_BY, type StackIdentity } from "./owner";

/** A Kubernetes resource of the state. */
export interface StateObject {
  readonly type: string;
  /** Of the resource. */
  readonly name: string;
  /** Of the object when Pulumi last wrote or read it; of a Helm release its name and namespace. */
  readonly metadata: Metadata;
}

/** Type of Helm releases. */
export const RELEASE = "kubernetes:helm.sh/v3:Release";

/** Objects and Helm releases that a stack's state has, and who the stack is. */
export class StateObjects {
  /** Of objects. */
  readonly uids: ReadonlySet<string>;

  constructor(
    readonly stack: StackIdentity,
    private readonly resources: readonly StateObject[],
  ) {
    this.uids = new Set(
      resources.flatMap(({ metadata: { uid } }) => (uid === undefined ? [] : [uid])),
    );
  }

  /** The resource of a type and name; undefined if there is none. */
  of(type: string, name: string): StateObject | undefined {
    return this.resources.find((each) => each.type === type && each.name === name);
  }

  ofType(type: string): readonly StateObject[] {
    return this.resources.filter((each) => each.type === type);
  }

  /** Whether a resource stands for an object of this place. */
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

  /** Whether one stands for an object itself. The state of an object that never said its UID stands for its place. */
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

/** Whether the stack wrote its mark on an object when it made it; older versions did not. */
export function isMarked({ metadata: { annotations = {} } }: StateObject): boolean {
  return MADE_BY in annotations;
}
