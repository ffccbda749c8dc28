import {
  all,
  mergeOptions,
  output,
  runtime,
  type CustomResourceOptions,
  type Input,
  type Output,
  type Resource,
  type ResourceTransformArgs,
  type ResourceTransformResult,
} from "@pulumi/pulumi";
import { withoutDependencies } from "../../outputs";
import { Ownership } from "./identity";
import { adoption, type Judge } from "./judge";
import { MADE_BY, kindOfType, type ObjectRef } from "./object";
import { RELEASE, isMarked, type StateObjects } from "./state";

const DIRECTORY = "kubernetes:kustomize/v2:Directory";
export const NAMESPACE = "kubernetes:core/v1:Namespace";

/** Prefix of the names of resources for namespaces in the configuration. */
export const RESOURCE = "namespace-";

interface GuardOptions {
  readonly state: StateObjects;
  readonly judge: Judge;
  /** Namespaces that stay in the cluster when the stack no longer has them. */
  readonly kept: ReadonlySet<string>;
  /** Creates the error for a message to the user. */
  readonly refusal: (message: string) => Error;
}

type Props = Readonly<Record<string, unknown>>;
type Exact = Props & { readonly name: Input<string>; readonly namespace?: Input<string> };

/**
 * Protects existing objects from being overwritten. Pulumi's Kubernetes provider creates objects by server-side apply,
 * which changes an existing object with the same name; later the provider deletes it.
 *
 * Everything that is registered with an exact name is first compared with the cluster, and gets the stack's mark when
 * it is created. Objects that older versions created stay as they are.
 */
export class Guard {
  /** Namespaces of this program, by the name of their resource. */
  readonly registered = new Map<string, Resource>();
  /** Names of resources that are registered as the state has them, whatever is in the cluster. */
  readonly exempt = new Set<string>();
  private own: Ownership | undefined;

  constructor(private readonly options: GuardOptions) {}

  /** Watches everything that is registered from now on. */
  begin(): void {
    runtime.registerStackTransformation(({ resource, type, name, props, opts }) => {
      if (type === NAMESPACE) this.registered.set(name, resource);
      const given = props as Props;
      if (type === RELEASE) return { props: this.release(given), opts };
      if (type === DIRECTORY) {
        return { props: given, opts: mergeOptions(opts, { transforms: [this.rendered] }) };
      }
      const guarded = this.object(type, name, given);
      return guarded && { props: guarded, opts: this.optionsOf(type, given, opts) };
    });
  }

  /** Records which namespaces the engine leaves in the cluster, after the last one was registered. */
  finish(): void {
    const { kept } = this.options;
    const noted = [...kept].sort().flatMap((name) => {
      const resource = this.registered.get(RESOURCE + name);
      return resource === undefined ? [] : [resource.urn.apply(() => name)];
    });
    if (kept.size > 0 || this.own) this.ownership.remember(noted);
  }

  /** The identity of the stack, which is created when it is first needed. */
  private get ownership(): Ownership {
    this.own ??= new Ownership(this.options.state.stack.fullName);
    return this.own;
  }

  /** Handles the objects of a kustomization, which a provider registers. */
  private readonly rendered = ({
    type,
    name,
    props,
    opts,
  }: ResourceTransformArgs): ResourceTransformResult | undefined => {
    const guarded = this.object(type, name, props);
    return guarded && { props: guarded, opts };
  };

  private object(type: string, name: string, props: Props): Props | undefined {
    const kind = kindOfType(type);
    const metadata = props.metadata as Exact | undefined;
    if (kind === undefined || metadata?.name === undefined) return undefined;
    const stored = this.options.state.of(type, name);
    // Objects that older versions created are not marked now, as that would change them without need.
    const mark =
      stored === undefined || isMarked(stored)
        ? { annotations: { ...asMap(metadata.annotations), [MADE_BY]: this.ownership.mark } }
        : {};
    const checked = this.exempt.has(name) ? metadata.name : this.checked(kind, metadata);
    return { ...props, metadata: { ...metadata, ...mark, name: checked } };
  }

  /** Returns the name once it is known that it is free or belongs to the stack. */
  private checked(kind: Pick<ObjectRef, "apiVersion" | "kind">, metadata: Exact): Output<string> {
    const { judge, refusal, state } = this.options;
    return all([metadata.name, output(metadata.namespace)]).apply(async ([name, namespace]) => {
      const ref: ObjectRef = { ...kind, namespace, name };
      const problem = await judge.problem(ref).catch((error: unknown) => {
        throw error instanceof Error ? refusal(error.message) : error;
      });
      if (problem === undefined) return name;
      throw refusal(`${problem}. ${advice(ref, state.stack.fullName)}`);
    });
  }

  private release(props: Props): Props {
    const { judge, refusal } = this.options;
    const { name, namespace } = props as Exact;
    const checked = all([name, output(namespace)]).apply(async ([release, where = "default"]) => {
      // Helm finds out as well, and reports why it cannot read its records.
      const problem = await judge.releaseProblem(where, release).catch(() => undefined);
      if (problem === undefined) return release;
      throw refusal(
        `${problem}. Choose another releaseName, or uninstall it; if an update of this stack was killed while it installed it, see "After a killed up" in docs/operations.md`,
      );
    });
    // The release depends on its namespace anyway.
    return { ...props, name: withoutDependencies(checked) };
  }

  private optionsOf(
    type: string,
    { metadata }: Props,
    opts: CustomResourceOptions,
  ): CustomResourceOptions {
    const name = (metadata as Exact | undefined)?.name;
    const isKept = type === NAMESPACE && typeof name === "string" && this.options.kept.has(name);
    return isKept ? mergeOptions(opts, { retainOnDelete: true }) : opts;
  }
}

function advice(ref: ObjectRef, fullName: string): string {
  return `Delete it, or use another name. To hand it over to this stack, which will then change and delete it: ${adoption(ref, fullName)}`;
}

function asMap(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
