import { getOrganization, getProject, getStack, runtime } from "@pulumi/pulumi";
import { certificateName } from "./pki";

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

/** Content that earlier updates of this stack left in its state: what is public of its resources. */
export class StackMemory {
  /** Outputs of components, by type and name. */
  private readonly outputs: ReadonlyMap<string, unknown>;

  private constructor(
    private readonly entries: readonly [string, unknown][],
    /** Types and names of all resources. */
    private readonly names: ReadonlySet<string>,
    /** Objects and Helm releases in the cluster. */
    readonly objects: readonly StoredObject[],
    private readonly ids: ReadonlyMap<string, string>,
    /** Certificate requests that were signed, PEM. */
    readonly signedRequests: readonly string[],
    /** Certificate requests of this stack's own parties, PEM. */
    readonly ownRequests: readonly string[],
  ) {
    // Of several with one name, the first counts.
    this.outputs = new Map([...entries].reverse());
  }

  /** Reads it from the state, where it survives even an update that failed or was killed. */
  static async read(): Promise<StackMemory> {
    const stackName = `${getOrganization()}/${getProject()}/${getStack()}`;
    const { outputs } = (await runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
      stackName,
    })) as { outputs?: Record<string, Stored> };
    // The engine returns private keys in plain text here, so only public content is kept.
    const all = Object.entries(outputs ?? {}).map(([urn, { type, outputs: registered }]) => ({
      urn,
      type,
      name: urn.slice(urn.lastIndexOf("::") + 2),
      registered,
    }));
    const signed = all.filter(({ type }) => type === SIGNED);
    return new StackMemory(
      all
        .filter(({ type }) => type.startsWith("countersign:"))
        .map(({ type, name, registered }) => [`${type}::${name}`, registered]),
      new Set(all.map(({ type, name }) => `${type}::${name}`)),
      all
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .map(({ type, name, registered }) => ({ type, name, metadata: placeOf(registered) })),
      new Map(
        all
          .filter(({ type }) => type === RANDOM_ID)
          .map(({ name, registered }) => [name, String(asMap(registered).hex)]),
      ),
      textsIn(signed, "certRequestPem"),
      [
        ...textsIn(
          signed.filter(({ urn }) => !urn.includes(OF_OTHER_STACKS)),
          "certRequestPem",
        ),
        // In older states, each request has a resource of its own.
        ...textsIn(
          all.filter(({ type }) => type === REQUEST),
          "certRequestPem",
        ),
        ...textsIn(
          all.filter(({ type }) => type.startsWith("countersign:")),
          "requestPem",
        ),
      ],
    );
  }

  /** Whether the state has a resource. */
  has(type: string, name: string): boolean {
    return this.names.has(`${type}::${name}`);
  }

  /**
   * Whether a party is deployed with a certificate that this stack's CA signed, or with one that existed before.
   *
   * @param type type of its component.
   * @param name name of its component, from which that of its certificate follows.
   */
  hasCertificate(type: string, name: string): boolean {
    const hasExisting = "requestPem" in asMap(this.of(type, name));
    return hasExisting || this.has(SIGNED, certificateName(name));
  }

  /** Returns the outputs of one component; undefined if it was never deployed. */
  of(type: string, name: string): unknown {
    return this.outputs.get(`${type}::${name}`);
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

const SIGNED = "tls:index/locallySignedCert:LocallySignedCert";
const REQUEST = "tls:index/certRequest:CertRequest";
/** In the URN of a certificate whose request came from another stack. */
const OF_OTHER_STACKS = "countersign:enrollment:RegistrationAuthority$";
const RANDOM_ID = "random:index/randomId:RandomId";

/** Returns the values of one output, of those resources that have it as a text. */
function textsIn(resources: readonly { readonly registered: unknown }[], output: string): string[] {
  return resources
    .map(({ registered }) => asMap(registered)[output])
    .filter((value) => typeof value === "string");
}

function placeOf(outputs: unknown): Readonly<Record<string, unknown>> {
  const { metadata, name, namespace } = asMap(outputs);
  return metadata === undefined ? { name, namespace } : asMap(metadata);
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
