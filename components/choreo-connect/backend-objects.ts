import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1/deploymentPatch";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { all, type CustomResourceOptions, type Output, type Resource } from "@pulumi/pulumi";
import { KeyStoreSecret, TlsSecret, TrustStoreSecret, type NamespaceHandle } from "../kubernetes";
import type { CertificateAuthority } from "../pki";
import { contentAnnotation, contentDigest, objectNamesOf, type Backend } from "./gateway";
import type { Pair } from "./pair";
import { CA_CERTIFICATES } from "./paths";
import { backendBundle, routerAnchors } from "./trust";

interface BackendObjectsArgs {
  readonly backend: Backend;
  readonly namespace: NamespaceHandle;
  readonly authority: CertificateAuthority;
  /** The backend's key and certificate; undefined if the certificate is not issued here. */
  readonly pair: Pair | undefined;
  /** Password of its stores; secret. Undefined if it has none. */
  readonly password: Output<string> | undefined;
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
    routerCa(name, args, options),
    routerTrust(name, args, options),
  ].filter((object) => object !== undefined);
  const content = all([
    authority.bundlePem,
    pair?.certificate.apply((own) => own.certificate),
  ]).apply(([bundle, certificate]) => contentDigest(backend, bundle, certificate));
  for (const deployment of backend.restarts) {
    restart(
      `${name}-restart-${deployment}`,
      deployment,
      args.namespace,
      { [contentAnnotation(backend.name)]: content },
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

function routerCa(
  name: string,
  { backend, namespace, authority }: BackendObjectsArgs,
  options: CustomResourceOptions,
): Resource | undefined {
  const { routerCa: objectName } = objectNamesOf(backend);
  if (objectName === undefined) return undefined;
  const isBundled = backend.routerTrust.forms.includes("ca-certificates");
  return new ConfigMap(
    `${name}-router-ca`,
    {
      metadata: { namespace: namespace.ready, name: objectName },
      data: authority.bundlePem.apply((bundle): Record<string, string> => ({
        "ca.crt": bundle,
        ...(isBundled && { [CA_CERTIFICATES]: backendBundle(backend, bundle) }),
      })),
    },
    options,
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

/** Processes read certificates only when they start: a new certificate needs new pods. */
function restart(
  name: string,
  deployment: string,
  namespace: NamespaceHandle,
  annotations: Readonly<Record<string, Output<string>>>,
  options: CustomResourceOptions,
): void {
  new DeploymentPatch(
    name,
    {
      metadata: { name: deployment, namespace: namespace.ready },
      spec: { template: { metadata: { annotations } } },
    },
    options,
  );
}
