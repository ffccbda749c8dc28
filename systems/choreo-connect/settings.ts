import { backendOf, partDnsNames, type Gateway } from "../../components/choreo-connect/gateway";
import { RECOMMENDED, type TlsPolicy } from "../../components/choreo-connect/upstream-tls";
import { about } from "../../config/about";
import {
  bothLeaves,
  serverLeaf,
  VERIFY,
  type Claims,
  type Readers,
  type Sections,
} from "../../config/system";
import type { TlsSettings } from "./backend-section";
import { choreoConnect, type ChoreoConnectConfig } from "./section";

export const sections = {
  choreoConnect: choreoConnect.meta(
    about("A Choreo Connect, and the backends behind it (docs/choreo-connect.md)"),
  ),
};

const PARTS = { BoringSSL: "the router", Java: "the enforcer", Go: "the adapter", ...VERIFY };

/**
 * Readers of Choreo Connect's certificates. Source: WSO2's product-microgateway: router (Envoy), enforcer (Netty on
 * JSSE), adapter (Go).
 */
export const readers: Readers = { ofServers: PARTS, ofClients: PARTS };

/** The section of the configuration with everything that follows from it. */
export interface ChoreoConnectSettings extends ChoreoConnectConfig {
  readonly gateway: Gateway;
}

export function resolve(
  { choreoConnect: own }: Sections<typeof sections>,
  clusterDomain: string,
): ChoreoConnectSettings | undefined {
  if (own === undefined) return undefined;
  const upstreamTls = policyOf(own.upstreamTls ?? {}, RECOMMENDED);
  const { target } = own;
  const backends = Object.entries(own.backends)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, settings]) =>
      backendOf(name, {
        ...settings,
        certificate:
          settings.existing === undefined
            ? { kind: "issued", ...(settings.certificate ?? USUAL_CERTIFICATE) }
            : { kind: "existing", certificates: settings.existing },
        tls:
          settings.tls && policyOf(settings.tls, { ...RECOMMENDED, ciphers: upstreamTls.ciphers }),
      }),
    );
  return {
    ...own,
    gateway: {
      dnsNames: partDnsNames(
        own.router.hosts,
        target.kind === "kubernetes" ? target : undefined,
        clusterDomain,
      ),
      backends,
      apis: own.apis,
      publicCas: own.publicCas,
      upstreamTls,
      controlPlane: own.controlPlane,
    },
  };
}

const USUAL_CERTIFICATE = { algorithm: "ECDSA-P256", form: "pem" } as const;

function policyOf({ minimum, maximum, ciphers }: TlsSettings, usual: TlsPolicy): TlsPolicy {
  return {
    minimum: minimum ?? usual.minimum,
    maximum: maximum ?? usual.maximum,
    ciphers: ciphers ?? usual.ciphers,
  };
}

export function claims({ target, certificate, backends, gateway }: ChoreoConnectSettings): Claims {
  return {
    namespaces: [
      ...(target.kind === "kubernetes"
        ? [{ path: ["choreoConnect", "target", "kubernetes"], ...target }]
        : []),
      ...Object.entries(backends).flatMap(([name, { namespace, createNamespace }]) =>
        namespace === undefined
          ? []
          : [{ path: ["choreoConnect", "backends", name], namespace, createNamespace }],
      ),
    ],
    lifetimes: [{ path: ["choreoConnect"], hours: certificate.validityHours }],
    leaves: [
      ...Object.values(gateway.dnsNames).flatMap((names) => bothLeaves(names)),
      ...gateway.backends.flatMap((backend) => {
        const { certificate: own, dnsNames, ipAddresses } = backend;
        return own.kind === "issued" ? [serverLeaf(dnsNames, ipAddresses)] : [];
      }),
    ],
  };
}
