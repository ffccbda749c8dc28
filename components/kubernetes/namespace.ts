import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { output, type CustomResourceOptions, type Input, type Output } from "@pulumi/pulumi";

/**
 * A namespace, as components take it: its name if it exists, or also an output that is known once it does. Certificates
 * contain the name, so it must be known from the start.
 */
export type NamespaceInput = string | NamespaceHandle;

/** A namespace to put objects into. */
export interface NamespaceHandle {
  /** The name, known from the start, as certificates contain it. */
  readonly name: string;
  /** The same name, available once the namespace exists. */
  readonly ready: Input<string>;
}

/** A namespace that `namespace` returns. */
export interface ReadyNamespace extends NamespaceHandle {
  readonly ready: Output<string>;
}

export interface NamespaceArgs {
  readonly name: string;
  /** Whether this stack owns it. If not, it must exist and is left unchanged. */
  readonly create: boolean;
}

/** A namespace with an exact name, created if this stack owns it. */
export function namespace(
  resourceName: string,
  { name, create }: NamespaceArgs,
  opts?: CustomResourceOptions,
): ReadyNamespace {
  const ready = create
    ? new Namespace(resourceName, { metadata: { name } }, opts).metadata.name
    : output(name);
  return { name, ready };
}

/** Completes what a component was given as a namespace. */
export function handleOf(given: NamespaceInput): NamespaceHandle {
  return typeof given === "string" ? { name: given, ready: given } : given;
}
