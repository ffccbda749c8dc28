import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import type { CustomResourceOptions, Input } from "@pulumi/pulumi";

export interface CaObjectArgs {
  readonly kind: "Secret" | "ConfigMap";
  readonly namespace: Input<string>;
  /** One CA certificate or a bundle, as PEM. */
  readonly certificatePem: Input<string>;
}

/**
 * A CA certificate under the key `ca.crt`, in the kind of object that the consuming chart reads.
 *
 * Pulumi names it, so that a change of trust rolls the consumers (see TlsSecret).
 */
export function caObject(
  name: string,
  args: CaObjectArgs,
  options?: CustomResourceOptions,
): Secret | ConfigMap {
  const metadata = { namespace: args.namespace };
  const content = { "ca.crt": args.certificatePem };
  return args.kind === "Secret"
    ? new Secret(name, { metadata, stringData: content }, options)
    : new ConfigMap(name, { metadata, data: content }, options);
}
