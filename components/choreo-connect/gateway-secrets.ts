import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { all, type CustomResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { TlsSecret } from "../kubernetes";
import type { CertificateAuthority } from "../pki";
import { globallyTrusted, type Gateway } from "./gateway";
import type { Part } from "./party";
import type { Pair } from "./pair";
import type { TokenSigner } from "./token-signer";
import { CA_CERTIFICATES } from "./paths";
import { certificateFileOf, controlPlaneTrust, globalBundle } from "./trust";
import type { SecretNames } from "./values";

export interface GatewaySecretsArgs {
  readonly gateway: Gateway;
  readonly namespace: Input<string>;
  readonly authority: CertificateAuthority;
  readonly parts: Readonly<Record<Part, Pair>>;
  readonly signer: TokenSigner;
}

/** Creates the Secrets that the chart mounts into the gateway's pods. Pulumi names them: a new name rolls the pods. */
export function gatewaySecrets(
  name: string,
  args: GatewaySecretsArgs,
  options: CustomResourceOptions,
): SecretNames<Output<string>> {
  const { gateway, namespace, authority, parts, signer } = args;
  const tlsSecret = (
    part: string,
    certificatePem: Output<string>,
    privateKeyPem: Output<string>,
  ): Output<string> =>
    new TlsSecret(`${name}-${part}-keys`, { namespace, certificatePem, privateKeyPem }, options)
      .metadata.name;
  const pairOf = (part: Part) => {
    const pair = parts[part];
    const file = all([pair.certificate, authority.bundlePem]).apply(([own, bundle]) =>
      certificateFileOf(part, own.certificate, bundle),
    );
    return tlsSecret(part, file, pair.privateKeyPem);
  };
  // The chart mounts certificates from Secrets, although they contain nothing secret.
  const publicSecret = (part: string, key: string, of: (bundle: string) => string) =>
    new Secret(
      `${name}-${part}`,
      { metadata: { namespace }, stringData: { [key]: authority.bundlePem.apply(of) } },
      options,
    ).metadata.name;

  return {
    router: pairOf("router"),
    enforcer: pairOf("enforcer"),
    adapter: pairOf("adapter"),
    backendJwt: tlsSecret("token-signer", signer.certificatePem, signer.privateKeyPem),
    trust: publicSecret("trust", "ca.crt", (bundle) => controlPlaneTrust(gateway, bundle)),
    caCertificates:
      globallyTrusted(gateway).length > 0
        ? publicSecret(
            "ca-certificates",
            CA_CERTIFICATES,
            (bundle) => globalBundle(gateway, bundle) ?? "",
          )
        : undefined,
  };
}
