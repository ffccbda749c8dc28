import { all, output, secret, type Output } from "@pulumi/pulumi";
import { ChoreoConnect } from "../../components/choreo-connect";
import {
  globallyTrusted,
  objectNamesOf,
  ownCaObject,
  type Backend,
  type Gateway,
} from "../../components/choreo-connect/gateway";
import { cipherNames, type TlsPolicy } from "../../components/choreo-connect/upstream-tls";
import type { NamespaceHandle } from "../../components/kubernetes";
import type { CertificateAuthority, IssuedCertificate } from "../../components/pki";
import type { StackMemory } from "../../components/stack-memory";
import type { ChoreoConnectSettings } from "./settings";
import { choreoConnect as configured } from "./system";
import type { NamespaceOf, ProgramSystem } from "../../stack/system";

const NAME = "choreo-connect";

/** Choreo Connect: a gateway and the backends of its APIs. */
export const choreoConnect: ProgramSystem<ChoreoConnectSettings, typeof configured.sections> = {
  ...configured,
  withSecretValues: (settings, mark) => {
    const { target } = settings;
    if (target.kind !== "kubernetes") return settings;
    const values = mark(target.values, "choreoConnect", ["target", "kubernetes", "values"]);
    return { ...settings, target: { ...target, values } };
  },
  prepare: (asked, { memory }) => {
    const settings = keepingObjects(asked, memory);
    return {
      warnings: cautionsOf(settings).map((caution) => `Choreo Connect: ${caution}`),
      deploy: ({ authority, namespaceOf }) => {
        if (!authority) throw new Error("Choreo Connect without a CA"); // `problems` refuses it
        const deployed = deployChoreoConnect(settings, authority, namespaceOf);
        return {
          certificates: {
            choreoConnect: {
              parts: deployed.certificates,
              backends: shownCertificates(settings.gateway, deployed.backendCertificates),
              tokenCertificate: deployed.tokenCertificatePem,
            },
          },
          own: {
            choreoConnect: choreoConnectOutputs(settings, deployed),
            // A secret, for whoever deploys a gateway or a backend outside the cluster, and for `countersign verify`.
            choreoConnectKeys: deployed.kept,
          },
        };
      },
    };
  },
};

/**
 * Keeps the ConfigMap that an older version made for a backend alone: whoever deploys the backend mounts it by its name.
 */
function keepingObjects(
  settings: ChoreoConnectSettings,
  { objects }: StackMemory,
): ChoreoConnectSettings {
  const { gateway } = settings;
  const deployed = new Set(
    objects
      .filter(({ type }) => type === "kubernetes:core/v1:ConfigMap")
      .map(({ metadata: { name, namespace } }) => `${String(namespace)}/${String(name)}`),
  );
  const kept = (backend: Backend): Backend => {
    const { name, namespace = "", routerTrust } = backend;
    const own = ownCaObject(name);
    if (routerTrust.configMap !== undefined || !deployed.has(`${namespace}/${own}`)) return backend;
    return { ...backend, routerTrust: { ...routerTrust, configMap: own } };
  };
  return { ...settings, gateway: { ...gateway, backends: gateway.backends.map(kept) } };
}

/** Deploys the stack's Choreo Connect. */
function deployChoreoConnect(
  settings: ChoreoConnectSettings,
  authority: CertificateAuthority,
  namespaceOf: NamespaceOf,
): ChoreoConnect {
  const { gateway, target, certificate } = settings;
  const backends = Object.entries(settings.backends);
  return new ChoreoConnect(NAME, {
    gateway,
    authority,
    certificate,
    target:
      target.kind === "kubernetes"
        ? { ...target, namespace: namespaceOf(target) }
        : { kind: "compose" },
    algorithms: {
      router: settings.router.algorithm,
      enforcer: settings.enforcer.algorithm,
      adapter: settings.adapter.algorithm,
    },
    storePasswords: Object.fromEntries(
      backends.flatMap(([name, { storePassword }]) =>
        storePassword === undefined ? [] : [[name, secret(storePassword)] as const],
      ),
    ),
    namespaces: Object.fromEntries(
      backends.flatMap(([name, { namespace, createNamespace }]): [string, NamespaceHandle][] =>
        namespace === undefined ? [] : [[name, namespaceOf({ namespace, createNamespace })]],
      ),
    ),
  });
}

/** Returns the public outputs, which `countersign` reads. */
function choreoConnectOutputs(
  { gateway, target }: ChoreoConnectSettings,
  deployed: ChoreoConnect,
): Output<unknown> {
  const { secrets, apiObjects, release } = deployed;
  return all([secrets, apiObjects]).apply(([names, configMaps]) =>
    output({
      target:
        target.kind === "kubernetes"
          ? { kind: target.kind, namespace: target.namespace, releaseName: target.releaseName }
          : { kind: target.kind, project: target.project },
      dnsNames: gateway.dnsNames,
      publicCas: gateway.publicCas,
      upstreamTls: tlsOutput(gateway.upstreamTls),
      ...(gateway.controlPlane !== undefined && { controlPlane: gateway.controlPlane }),
      backends: Object.fromEntries(
        gateway.backends.map((backend) => [backend.name, backendOutput(backend)]),
      ),
      apis: gateway.apis,
      ...(names && { secrets: withoutAbsent(names) }),
      ...(Object.keys(configMaps).length > 0 && { configMaps }),
      ...(release && { release }),
    }),
  );
}

/**
 * Returns what the outputs say about the backends' certificates. The PEM of one that only its Secret needs is left out: it
 * would be the largest part of the outputs of a stack with hundreds of backends.
 */
function shownCertificates(
  { backends }: Gateway,
  certificates: Output<Record<string, IssuedCertificate>>,
): Output<Record<string, Partial<IssuedCertificate>>> {
  const byName = new Map(backends.map((backend) => [backend.name, backend]));
  return certificates.apply((issued) =>
    Object.fromEntries(
      Object.entries(issued).map(([name, { certificate, ...rest }]) => {
        const { namespace, restarts = [] } = byName.get(name) ?? {};
        const isNeeded = namespace === undefined || restarts.length > 0;
        return [name, isNeeded ? { certificate, ...rest } : rest];
      }),
    ),
  );
}

/** Returns what the outputs say about a backend. The names of its objects follow from it (see objectNamesOf). */
function backendOutput(backend: Backend): object {
  const { dnsNames, endpoints, trust, certificate, routerTrust, namespace, restarts, tls } =
    backend;
  const { publicCas, ...own } = routerTrust;
  const { routerCa } = objectNamesOf(backend);
  return {
    endpoints: endpoints.map(({ url }) => url),
    dnsNames,
    trust,
    certificate,
    routerTrust: {
      ...own,
      ...(Object.keys(publicCas).length > 0 && { publicCas }),
      ...(namespace !== undefined && routerCa !== undefined && { configMap: routerCa }),
    },
    ...(namespace !== undefined && { namespace, ...(restarts.length > 0 && { restarts }) }),
    ...(tls && { tls: tlsOutput(tls) }),
  };
}

function tlsOutput(policy: TlsPolicy): object {
  const { minimum, maximum } = policy;
  return { minimum, maximum, ciphers: cipherNames(policy, "openssl") };
}

function withoutAbsent(names: object): object {
  return Object.fromEntries(Object.entries(names).filter((entry) => entry[1] !== undefined));
}

/** Returns warnings about the configuration. */
export function cautionsOf({ gateway }: ChoreoConnectSettings): string[] {
  const globals = globallyTrusted(gateway);
  if (globals.length === 0) return [];
  const public_ = Object.keys(gateway.publicCas).length;
  return [
    `the CAs of ${globals.map(({ name }) => name).join(", ")} replace the router's whole bundle of CAs, with ${public_ === 0 ? "no public CA" : `${public_} public ${public_ === 1 ? "CA" : "CAs"}`} left in it: an API that calls a public service works only if choreoConnect.publicCas has its CA`,
  ];
}
