import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  backendOf,
  partDnsNames,
  type Backend,
  type Gateway,
} from "../components/choreo-connect/gateway";
import { withUpstreamTls } from "../components/choreo-connect/upstream-tls/config-toml";
import {
  ADAPTER_DEFAULT,
  RECOMMENDED,
  type TlsPolicy,
} from "../components/choreo-connect/upstream-tls/policy";
import type { ChoreoConnectConfig, TlsSettings } from "./choreo-connect";

/** The section with everything that follows from it. */
export interface ChoreoConnectSettings extends ChoreoConnectConfig {
  readonly gateway: Gateway;
  /** The adapter's configuration with what the router offers its backends; undefined for the chart's own. */
  readonly configToml: string | undefined;
}

/** Where a chart in a folder has the template of the adapter's configuration. */
const TEMPLATE = "confs/config.toml.template";

export function withGateway(
  own: ChoreoConnectConfig,
  clusterDomain: string,
): ChoreoConnectSettings {
  const template = templateOf(own);
  const upstreamTls = upstreamTlsOf(own, template);
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
    configToml: template === undefined ? undefined : withUpstreamTls(template, upstreamTls),
  };
}

const USUAL_CERTIFICATE = { algorithm: "ECDSA-P256", form: "pem" } as const;

/** What we can write the versions and ciphers into: the given file, or that of a chart which is at hand. */
function templateOf({ target, upstreamTls }: ChoreoConnectConfig): string | undefined {
  if (target.kind !== "kubernetes") return undefined;
  if (target.configToml !== undefined) return target.configToml;
  if (upstreamTls === undefined || !("path" in target.chart)) return undefined;
  const path = join(target.chart.path, TEMPLATE);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** Without a file of ours it is what the adapter offers by itself. */
function upstreamTlsOf(own: ChoreoConnectConfig, template: string | undefined): TlsPolicy {
  const isOurs = own.target.kind === "compose" || template !== undefined;
  if (own.upstreamTls === undefined && !isOurs) return ADAPTER_DEFAULT;
  return policyOf(own.upstreamTls ?? {}, RECOMMENDED);
}

function policyOf({ minimum, maximum, ciphers }: TlsSettings, usual: TlsPolicy): TlsPolicy {
  return {
    minimum: minimum ?? usual.minimum,
    maximum: maximum ?? usual.maximum,
    ciphers: ciphers ?? usual.ciphers,
  };
}
