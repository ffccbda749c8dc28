import { getOrganization, getProject, getStack, runtime } from "@pulumi/pulumi";

/** The metadata of an object, and of a Helm release its name and namespace, as the state has them. */
export interface StoredObject {
  readonly type: string;
  /** Of the resource. */
  readonly name: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

interface Stored {
  readonly type: string;
  readonly outputs: unknown;
}

/** Memory of what this stack's earlier updates left in its state: outputs of components, metadata of Kubernetes objects. */
export class StackMemory {
  private constructor(
    private readonly entries: readonly [string, unknown][],
    /** Objects and Helm releases in the cluster. */
    readonly objects: readonly StoredObject[],
    private readonly ids: ReadonlyMap<string, string>,
  ) {}

  /** Read from the state, where it also survives an update that failed or was killed. */
  static async read(): Promise<StackMemory> {
    const stackName = `${getOrganization()}/${getProject()}/${getStack()}`;
    const { outputs } = (await runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
      stackName,
    })) as { outputs?: Record<string, Stored> };
    // The engine hands out keys in clear here: only what is public is kept.
    const all = Object.entries(outputs ?? {}).map(([urn, { type, outputs: registered }]) => ({
      type,
      name: urn.slice(urn.lastIndexOf("::") + 2),
      registered,
    }));
    return new StackMemory(
      all
        .filter(({ type }) => type.startsWith("countersign:"))
        .map(({ type, name, registered }) => [`${type}::${name}`, registered]),
      all
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .map(({ type, name, registered }) => ({ type, name, metadata: placeOf(registered) })),
      new Map(
        all
          .filter(({ type }) => type === RANDOM_ID)
          .map(({ name, registered }) => [name, String(asMap(registered).hex)]),
      ),
    );
  }

  /** The outputs of one component; undefined if it was never deployed. */
  of(type: string, name: string): unknown {
    return this.entries.find(([key]) => key === `${type}::${name}`)?.[1];
  }

  /** The outputs of all components of a type. */
  all(type: string): unknown[] {
    return this.entries.filter(([key]) => key.startsWith(`${type}::`)).map(([, value]) => value);
  }

  /** What a RandomId drew, hex; undefined if there is none of the name. */
  idOf(name: string): string | undefined {
    return this.ids.get(name);
  }
}

const RANDOM_ID = "random:index/randomId:RandomId";

function placeOf(outputs: unknown): Readonly<Record<string, unknown>> {
  const { metadata, name, namespace } = asMap(outputs);
  return metadata === undefined ? { name, namespace } : asMap(metadata);
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
