import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import type { CustomResourceOptions, Input } from "@pulumi/pulumi";

/** Metadata of a Secret that is named by Pulumi unless its name is given. */
export function secretMetadata({
  namespace,
  secretName,
}: Pick<TlsSecretArgs, "namespace" | "secretName">) {
  return { namespace, ...(secretName !== undefined && { name: secretName }) };
}

export interface TlsSecretArgs {
  readonly namespace: Input<string>;
  /** An exact name, for who mounts it and is not deployed here. @default - one is made, see below */
  readonly secretName?: string | undefined;
  /** The leaf certificate as PEM, followed by intermediates if there are any. */
  readonly certificatePem: Input<string>;
  /** The private key as unencrypted PEM; secret. */
  readonly privateKeyPem: Input<string>;
}

/**
 * A Secret of type `kubernetes.io/tls` (keys `tls.crt` and `tls.key`).
 *
 * By default it has no fixed name, on purpose: a renewal makes a new Secret, its name changes the consumers' pods, and
 * the old Secret goes when they have rolled. With a fixed name nothing would roll.
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
