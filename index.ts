import { Config, runtime } from "@pulumi/pulumi";
import { checkClusterReachable, namespace, type NamespaceHandle } from "./components/kubernetes";
import { CertificateAuthority, refusal } from "./components/pki";
import { Backend, Orchestrator } from "./components/substra";
import { kebabCase } from "./components/substra/kebab-case";
import { externalEndpoint, internalEndpoint } from "./components/substra/names";
import { loadConfig, type StackConfig } from "./config";

/** Builds what the stack's configuration says it owns. What it returns are the stack's outputs, all of them public. */
function deploy(config: StackConfig) {
  const authority = config.authority && new CertificateAuthority("ca", config.authority);

  const namespaces = new Map<string, NamespaceHandle>();
  const namespaceOf = (owner: { namespace: string; createNamespace: boolean }) => {
    const { namespace: name, createNamespace: create } = owner;
    const handle = namespaces.get(name) ?? namespace(`namespace-${name}`, { name, create });
    namespaces.set(name, handle);
    return handle;
  };

  const orchestrator =
    config.orchestrator && authority
      ? new Orchestrator("orchestrator", {
          ...config.orchestrator,
          namespace: namespaceOf(config.orchestrator),
          authority,
        })
      : undefined;

  const backends = new Map<string, Backend>();
  for (const [mspId, organization] of config.organizations) {
    const { dial, memberships, orchestrator: connection } = organization;
    if (!authority || !orchestrator || !dial) continue; // config/ refuses such a stack
    const backend = new Backend(kebabCase(mspId), {
      ...organization,
      mspId,
      namespace: namespaceOf(organization),
      orchestrator: { ...dial, sameCluster: connection.sameCluster },
      channels: memberships,
      authority,
      releaseAfter: orchestrator,
    });
    backends.set(mspId, backend);
  }

  const organizations = <T>(of: (backend: Backend) => T) =>
    Object.fromEntries([...backends].map(([mspId, backend]) => [mspId, of(backend)]));
  return {
    ...(authority && { caBundle: authority.bundlePem }),
    ...(config.orchestrator && {
      endpoint: {
        internal: internalEndpoint(config.orchestrator),
        external: externalEndpoint(config.orchestrator),
      },
    }),
    certificates: {
      authority: authority?.certificates,
      orchestrator: orchestrator?.certificate,
      organizations: organizations(({ certificate }) => certificate),
    },
    releases: {
      orchestrator: orchestrator?.release,
      organizations: organizations(({ release }) => release),
    },
  };
}

/** The cluster that the Kubernetes provider will use, by its own configuration. */
function clusterChoice() {
  const config = new Config("kubernetes");
  return {
    kubeconfig: config.get("kubeconfig"),
    context: config.get("context"),
    cluster: config.get("cluster"),
  };
}

/** Nothing is registered before the configuration has been read and the cluster has answered. */
export = async () => {
  try {
    const config = loadConfig(runtime.allConfig());
    if (config.orchestrator) await checkClusterReachable(clusterChoice());
    return deploy(config);
  } catch (error) {
    // A message for the user, without a stack trace.
    throw error instanceof Error ? refusal(error.message) : error;
  }
};
