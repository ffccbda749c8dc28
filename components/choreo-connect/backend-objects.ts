import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { all, type CustomResourceOptions, type Output, type Resource } from "@pulumi/pulumi";
import { KeyStoreSecret, TlsSecret, TrustStoreSecret, type NamespaceHandle } from "../kubernetes";
import { contentAnnotation } from "../kubernetes/content-digest";
import { restart } from "../kubernetes/restart";
import type { Authority } from "../pki";
import { contentDigest, objectNamesOf, ownCaObject, type Backend, type Gateway } from "./gateway";
import type { Pair } from "./pair";
import { CA_CERTIFICATES } from "./paths";
import { backendBundle, routerAnchors } from "./trust";

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
