import {
  backendOf,
  partDnsNames,
  type Backend,
  type Gateway,
} from "../../components/choreo-connect/gateway";
import { RECOMMENDED, type TlsPolicy } from "../../components/choreo-connect/upstream-tls/policy";
import type { ChoreoConnectConfig, TlsSettings } from "./section";

/** The section with everything that follows from it. */
export interface ChoreoConnectSettings extends ChoreoConnectConfig {
  readonly gateway: Gateway;
}

export function withGateway(
  own: ChoreoConnectConfig,
  clusterDomain: string,
): ChoreoConnectSettings {
  const upstreamTls = policyOf(own.upstreamTls ?? {}, RECOMMENDED);
  const { target } = own;
  const backends = Object.entries(own.backends)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, settings]): [string, Backend] => [
      name,
      backendOf(name, {
        ...settings,
        certificate:
          settings.existing === undefined
            ? { kind: "issued", ...(settings.certificate ?? USUAL_CERTIFICATE) }
            : { kind: "existing", certificates: settings.existing },
        tls:
          settings.tls && policyOf(settings.tls, { ...RECOMMENDED, ciphers: upstreamTls.ciphers }),
      }),
    ]);
  return {
    ...own,
    gateway: {
      dnsNames: partDnsNames(
        own.router.hosts,
        target.kind === "kubernetes" ? target : undefined,
        clusterDomain,
      ),
      backends: new Map(backends),
      apis: new Map(Object.entries(own.apis)),
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
