import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import type { CustomResourceOptions, Input } from "@pulumi/pulumi";

/** Metadata of a Secret; Pulumi generates its name unless one is given. */
export function secretMetadata({
  namespace,
  secretName,
}: Pick<TlsSecretArgs, "namespace" | "secretName">) {
  return { namespace, ...(secretName !== undefined && { name: secretName }) };
}

export interface TlsSecretArgs {
  readonly namespace: Input<string>;
  /** An exact name, for consumers that are not deployed here. @default - a name is generated, see below */
  readonly secretName?: string | undefined;
  /** The leaf certificate as PEM, followed by intermediates if there are any. */
  readonly certificatePem: Input<string>;
  /** The private key as unencrypted PEM; secret. */
  readonly privateKeyPem: Input<string>;
}

/**
 * A Secret of type `kubernetes.io/tls` (keys `tls.crt` and `tls.key`).
 *
 * By default it has no fixed name, on purpose: a renewal creates a new Secret whose name changes the consumers' pods,
 * and the old Secret is deleted once they have rolled. With a fixed name nothing would roll.
 */
export class TlsSecret extends Secret {
  constructor(name: string, args: TlsSecretArgs, options?: CustomResourceOptions) {
    super(
      name,
      {
        metadata: secretMetadata(args),
        type: "kubernetes.io/tls",
        stringData: { "tls.crt": args.certificatePem, "tls.key": args.privateKeyPem },
      },
      options,
    );
  }
}
