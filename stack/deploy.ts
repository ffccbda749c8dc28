import { Config, log, type ProviderResource } from "@pulumi/pulumi";
import {
  inPlaceProvider,
  namespace,
  type ClusterChoice,
  type NamespaceHandle,
} from "../components/kubernetes";
import { CertificateAuthority, type TrustedGeneration } from "../components/pki";
import type { AuthorityConfig } from "../config";
import { readCertificate } from "../x509";
import type { NamespaceOf, Prepared } from "./system";

/**
 * Builds what is configured for the stack.
 *
 * @param signedRequests requests that its CA signed before.
 * @returns the stack's outputs.
 */
export function deploy(
  settings: AuthorityConfig | undefined,
  systems: readonly Prepared[],
  signedRequests: readonly string[],
) {
  const authority = settings && new CertificateAuthority("ca", { ...settings, signedRequests });
  authority?.generations.forEach(warnOfEnd);
  const namespaces = new Map<string, NamespaceHandle>();
  const namespaceOf: NamespaceOf = ({ namespace: name, createNamespace: create }) => {
    const handle = namespaces.get(name) ?? namespace(`namespace-${name}`, { name, create });
    namespaces.set(name, handle);
    return handle;
  };
  let provider: ProviderResource | undefined;
  const inPlace = () => (provider ??= inPlaceProvider("kubernetes-in-place", clusterChoice()));
  const outputs = systems.map((system) => system.deploy({ authority, namespaceOf, inPlace }));
  const waiting = new Map(systems.flatMap((system) => [...(system.waiting ?? [])]));
  return {
    ...(authority && { caBundle: authority.bundlePem }),
    certificates: merged([
      { authority: authority?.certificates },
      ...outputs.map(({ certificates }) => certificates),
    ]),
    releases: merged(outputs.map(({ releases }) => releases)),
    ...merged(outputs.map(({ own }) => own)),
    ...(waiting.size > 0 && { waiting: Object.fromEntries(waiting) }),
  };
}

function merged(parts: readonly (object | undefined)[]): Record<string, unknown> {
  return Object.assign({}, ...parts) as Record<string, unknown>;
}

/**
 * Warns about an expired generation. Java is the only library that would still accept what it signed
 * (test/interop/bundles).
 */
function warnOfEnd({ name, state, certificatePem }: TrustedGeneration): void {
  if (state !== "trusted") return;
  certificatePem.apply(async (pem) => {
    const { subject, notAfter } = readCertificate(pem);
    if (notAfter > new Date()) return;
    await log.warn(
      `CA generation ${name} (${subject.text}) expired on ${notAfter.toISOString()}, and Go, OpenSSL and BoringSSL no longer accept what it signed. Remove authority.generations.${name}`,
    );
  });
}

/** Returns the cluster that the Kubernetes provider will use, by its own configuration. */
export function clusterChoice(): ClusterChoice {
  const config = new Config("kubernetes");
  return {
    kubeconfig: config.get("kubeconfig"),
    context: config.get("context"),
    cluster: config.get("cluster"),
  };
}
