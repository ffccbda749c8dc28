import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { output, type CustomResourceOptions, type Output } from "@pulumi/pulumi";

/** A namespace to put objects into. */
export interface NamespaceHandle {
  /** The name, known from the start, as certificates contain it. */
  readonly name: string;
  /** The same name, available once the namespace exists. */
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
  options?: CustomResourceOptions,
): NamespaceHandle {
  const ready = create
    ? new Namespace(resourceName, { metadata: { name } }, options).metadata.name
    : output(name);
  return { name, ready };
}
