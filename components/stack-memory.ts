import { getOrganization, getProject, getStack, runtime } from "@pulumi/pulumi";

/** The metadata of an object (or the name and namespace of a Helm release), as stored in the state. */
interface StoredObject {
  readonly type: string;
  /** Name of the resource. */
  readonly name: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

interface Stored {
  readonly type: string;
  readonly outputs: unknown;
}

/** Content that earlier updates of this stack left in its state: outputs of components, metadata of Kubernetes objects. */
export class StackMemory {
  private constructor(
    private readonly entries: readonly [string, unknown][],
    /** Objects and Helm releases in the cluster. */
    readonly objects: readonly StoredObject[],
    private readonly ids: ReadonlyMap<string, string>,
    /** The certificate requests of this stack's own parties, PEM. */
    readonly requests: readonly string[],
  ) {}

  /** Reads it from the state, where it survives even an update that failed or was killed. */
  static async read(): Promise<StackMemory> {
    const stackName = `${getOrganization()}/${getProject()}/${getStack()}`;
    const { outputs } = (await runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
      stackName,
    })) as { outputs?: Record<string, Stored> };
    // The engine returns private keys in plain text here, so only public content is kept.
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
      all
        .filter(({ type }) => type === CERTIFICATE_REQUEST)
        .map(({ registered }) => asMap(registered).certRequestPem)
        .filter((pem) => typeof pem === "string"),
    );
  }

  /** Returns the outputs of one component; undefined if it was never deployed. */
  of(type: string, name: string): unknown {
    return this.entries.find(([key]) => key === `${type}::${name}`)?.[1];
  }

  /** Returns the outputs of all components of a type. */
  all(type: string): unknown[] {
    return this.entries.filter(([key]) => key.startsWith(`${type}::`)).map(([, value]) => value);
  }

  /** Returns the value of a RandomId in hex; undefined if there is none with the name. */
  idOf(name: string): string | undefined {
    return this.ids.get(name);
  }
}

const CERTIFICATE_REQUEST = "tls:index/certRequest:CertRequest";
const RANDOM_ID = "random:index/randomId:RandomId";

function placeOf(outputs: unknown): Readonly<Record<string, unknown>> {
  const { metadata, name, namespace } = asMap(outputs);
  return metadata === undefined ? { name, namespace } : asMap(metadata);
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
