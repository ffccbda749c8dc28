import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { output, type CustomResourceOptions, type Output } from "@pulumi/pulumi";

/** A namespace to put objects into. */
export interface NamespaceHandle {
  /** Known at once: it is part of the names in certificates. */
  readonly name: string;
  /** The same name, once the namespace exists. */
  readonly ready: Output<string>;
}

export interface NamespaceArgs {
  readonly name: string;
  /** Whether this stack owns it; else it must exist and is left alone. */
  readonly create: boolean;
}

/** A namespace under its exact name, created if this stack owns it. */
export function namespace(
  resourceName: string,
  { name, create }: NamespaceArgs,
  options?: CustomResourceOptions,
): NamespaceHandle {
  const ready = create
    ? new Namespace(resourceName, { metadata: { name } }, options).metadata.name
    : output(name);
  return { name, ready };
}
