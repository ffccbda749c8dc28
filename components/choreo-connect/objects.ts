import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import {
  all,
  output,
  type CustomResourceOptions,
  type Input,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { KeyStoreSecret, TlsSecret, TrustStoreSecret, type NamespaceHandle } from "../kubernetes";
import { restart } from "../kubernetes/restart";
import { contentAnnotation } from "../kubernetes/workload";
import type { Authority } from "../pki";
import {
  contentDigest,
  globallyTrusted,
  objectNamesOf,
  ownCaObject,
  type Backend,
  type Gateway,
} from "./gateway";
import type { Pair } from "./pair";
import type { Part } from "./party";
import { CA_CERTIFICATES } from "./paths";
import type { TokenSigner } from "./token-signer";
import {
  backendBundle,
  certificateFileOf,
  controlPlaneTrust,
  endpointCertificates,
  globalBundle,
  routerAnchors,
} from "./trust";
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

interface BackendObjectsArgs {
  readonly backend: Backend;
  readonly namespace: NamespaceHandle;
  readonly authority: Authority;
  /** The backend's key and certificate; undefined if the certificate is not issued here. */
  readonly pair: Pair | undefined;
  /** Password of its stores; secret. Undefined if it has none. */
  readonly password: Output<string> | undefined;
  /** The ConfigMap with the CAs that it trusts for the router (see routerCaObjects); undefined if it needs none. */
  readonly routerCa: Resource | undefined;
}

/** Creates the objects that a backend in the cluster mounts, and rolls its Deployments when they change. */
export function backendObjects(
  name: string,
  args: BackendObjectsArgs,
  options: CustomResourceOptions,
): void {
  const { backend, authority, pair } = args;
  const objects = [
    keys(name, args, options),
    args.routerCa,
    routerTrust(name, args, options),
  ].filter((object) => object !== undefined);
  const content = all([
    authority.bundlePem,
    pair?.certificate.apply((own) => own.certificate),
  ]).apply(([bundle, certificate]) => contentDigest(backend, bundle, certificate));
  for (const deployment of backend.restarts) {
    restart(
      `${name}-restart-${deployment}`,
      {
        workload: { kind: "Deployment", name: deployment },
        namespace: args.namespace.ready,
        annotations: { [contentAnnotation(backend.name)]: content },
      },
      { ...options, dependsOn: objects },
    );
  }
}

function keys(
  name: string,
  { backend, namespace, pair, password }: BackendObjectsArgs,
  options: CustomResourceOptions,
): Resource | undefined {
  const { certificate } = backend;
  if (certificate.kind === "existing" || !pair) return undefined;
  const material = {
    namespace: namespace.ready,
    secretName: objectNamesOf(backend).keys,
    certificatePem: pair.certificate.apply((own) => own.certificate),
    privateKeyPem: pair.privateKeyPem,
  };
  const own = pair.secretOptions(options);
  return certificate.form === "pkcs12" && password
    ? new KeyStoreSecret(`${name}-keys`, { ...material, alias: backend.name, password }, own)
    : new TlsSecret(`${name}-keys`, material, own);
}

/**
 * Creates the ConfigMaps with the CAs that backends trust for the router: one for all backends of a namespace that name
 * the same one.
 *
 * @param name name of the gateway's component.
 * @returns the ConfigMaps by backend.
 */
export function routerCaObjects(
  name: string,
  { backends }: Gateway,
  namespaces: ReadonlyMap<string, NamespaceHandle>,
  { bundlePem }: Authority,
  options: CustomResourceOptions,
): Map<string, Resource> {
  const sharing = new Map<
    string,
    { namespace: NamespaceHandle; sharers: [Backend, ...Backend[]] }
  >();
  for (const backend of backends) {
    const namespace = namespaces.get(backend.name);
    const { routerCa: object } = objectNamesOf(backend);
    if (namespace === undefined || object === undefined) continue;
    const place = `${backend.namespace ?? ""}/${object}`;
    const known = sharing.get(place);
    if (known) known.sharers.push(backend);
    else sharing.set(place, { namespace, sharers: [backend] });
  }
  return new Map(
    [...sharing].flatMap(([place, { namespace, sharers }]) => {
      const [first] = sharers;
      const { routerCa: object = "" } = objectNamesOf(first);
      // `problems` refuses sharers with different bundles.
      const bundled = sharers.find(({ routerTrust: { forms } }) =>
        forms.includes("ca-certificates"),
      );
      const configMap = new ConfigMap(
        sharers.some(({ name: sharer }) => ownCaObject(sharer) === object)
          ? `${name}-backend-${object}`
          : `${name}-backends-${place.replace("/", ".")}`,
        {
          metadata: { namespace: namespace.ready, name: object },
          data: bundlePem.apply((bundle): Record<string, string> => ({
            "ca.crt": bundle,
            ...(bundled && { [CA_CERTIFICATES]: backendBundle(bundled, bundle) }),
          })),
        },
        options,
      );
      return sharers.map((sharer) => [sharer.name, configMap] as const);
    }),
  );
}

function routerTrust(
  name: string,
  { backend, namespace, authority, password }: BackendObjectsArgs,
  options: CustomResourceOptions,
): Resource | undefined {
  const { routerTrust: secretName } = objectNamesOf(backend);
  if (secretName === undefined || !password) return undefined;
  const certificates = authority.bundlePem.apply(routerAnchors);
  return new TrustStoreSecret(
    `${name}-router-trust`,
    { namespace: namespace.ready, secretName, password, certificates },
    options,
  );
}
