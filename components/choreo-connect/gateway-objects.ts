import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { all, output, type CustomResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { TlsSecret, type NamespaceHandle } from "../kubernetes";
import type { Authority } from "../pki";
import { globallyTrusted, type Gateway } from "./gateway";
import type { Pair } from "./pair";
import type { Part } from "./party";
import { CA_CERTIFICATES } from "./paths";
import type { TokenSigner } from "./token-signer";
import { certificateFileOf, controlPlaneTrust, endpointCertificates, globalBundle } from "./trust";
import type { SecretNames } from "./values";

interface GatewaySecretsArgs {
  readonly gateway: Gateway;
  readonly namespace: Input<string>;
  readonly authority: Authority;
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
    own: CustomResourceOptions,
  ): Output<string> =>
    new TlsSecret(`${name}-${part}-keys`, { namespace, certificatePem, privateKeyPem }, own)
      .metadata.name;
  const pairOf = (part: Part) => {
    const pair = parts[part];
    const file = all([pair.certificate, authority.bundlePem]).apply(([own, bundle]) =>
      certificateFileOf(part, own.certificate, bundle),
    );
    return tlsSecret(part, file, pair.privateKeyPem, pair.secretOptions(options));
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
    backendJwt: tlsSecret("token-signer", signer.certificatePem, signer.privateKeyPem, options),
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

/**
 * Creates a ConfigMap with the endpoint certificates of each API project, whose keys are the files of its folder: for
 * jobs in the cluster that deploy the project.
 *
 * @returns names of the ConfigMaps, by project name.
 */
export function apiObjects(
  name: string,
  gateway: Gateway,
  authority: Authority,
  namespace: NamespaceHandle,
  options: CustomResourceOptions,
): Output<Record<string, string>> {
  // The list of projects does not depend on the CA.
  const projects = [...endpointCertificates(gateway, "").keys()];
  return output(
    Object.fromEntries(
      projects.map((api) => [
        api,
        new ConfigMap(
          `${name}-api-${api.toLowerCase()}`,
          {
            metadata: { namespace: namespace.ready },
            data: authority.bundlePem.apply(
              (bundle) => endpointCertificates(gateway, bundle).get(api) ?? {},
            ),
          },
          options,
        ).metadata.name,
      ]),
    ),
  );
}
