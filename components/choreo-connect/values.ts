import { createHash } from "node:crypto";
import type { GuardedValue } from "../kubernetes/helm";
import { withTokenPair } from "./adapter/given-config";
import { tlsVariables, tokenVariables, type Variable } from "./adapter/variables";
import { CHART_VARIABLES } from "./chart";
import { CA_CERTIFICATES, CONTROL_PLANE_FILES } from "./paths";
import type { TlsPolicy } from "./upstream-tls/policy";

/** Names of Secrets, each with the keys `tls.crt` and `tls.key`. */
export interface SecretNames<T> {
  readonly router: T;
  readonly enforcer: T;
  readonly adapter: T;
  /** With which the enforcer signs the tokens that it sends to backends. */
  readonly backendJwt: T;
  /** With the key `ca.crt`: whom adapter and enforcer trust besides their peers. */
  readonly trust: T;
  /** With the key `ca-certificates.crt`; undefined if the router keeps its own bundle. */
  readonly caCertificates: T | undefined;
}

export interface ValuesArgs<T> {
  readonly secrets: SecretNames<T>;
  /** Whether the enforcer sends tokens to backends. */
  readonly backendJwt: boolean;
  /** The adapter's configuration, a template of the chart, without a pair for tokens; undefined for the chart's own. */
  readonly configToml: string | undefined;
  /** What the router offers its backends. */
  readonly upstreamTls: TlsPolicy;
}

/**
 * The chart's values.
 *
 * The chart takes the adapter's configuration as a whole or not at all, so versions, ciphers and the pair for tokens are said by variables
 * of the adapter's; only where a configuration is given does the pair stand in that.
 *
 * Both keys of each pair are given, as one alone does not render. Nothing is left at its default that has a public key: the
 * chart mounts such a pair for tokens, enabled or not, trusts such a certificate in adapter and enforcer, and has one for the
 * Ingresses.
 */
export function chartValues<T>(args: ValuesArgs<T>) {
  const { secrets, backendJwt, configToml } = args;
  const { router, enforcer, adapter, caCertificates } = secrets;
  const own = configToml === undefined ? undefined : withTokenPair(configToml);
  const podAnnotations = { [CONFIGURATION]: digestOf(own, backendJwt) };
  return {
    wso2: {
      deployment: {
        adapter: {
          podAnnotations,
          envOverride: [...CHART_VARIABLES, ...adapterVariables(args)],
          ingress: { tlsSecretName: adapter },
          security: {
            keystore: pair(adapter),
            truststore: [trusted(secrets.trust, CONTROL_PLANE_FILES.adapter)],
          },
          ...(own !== undefined && { configToml: own }),
        },
        gatewayRuntime: {
          podAnnotations,
          enforcer: {
            security: {
              keystore: pair(enforcer),
              truststore: [trusted(secrets.trust, CONTROL_PLANE_FILES.enforcer)],
              backendJWT: { enabled: backendJwt, keystore: pair(secrets.backendJwt) },
            },
          },
          router: {
            ingress: { tlsSecretName: router },
            security: {
              keystore: pair(router),
              ...(caCertificates !== undefined && {
                backendCaCerts: { secretName: caCertificates, subPath: CA_CERTIFICATES },
              }),
            },
          },
        },
      },
    },
  };
}

/** Variables of the adapter's container that wire it: the pair for tokens is in a configuration of one's own. */
export function adapterVariables({
  upstreamTls,
  configToml,
}: Pick<ValuesArgs<unknown>, "upstreamTls" | "configToml">): readonly Variable[] {
  return [...tlsVariables(upstreamTls), ...(configToml === undefined ? tokenVariables() : [])];
}

/** The annotation of pods that changes with the adapter's configuration. */
const CONFIGURATION = "configuration.countersign/adapter";

/**
 * The annotation's value. The chart mounts the configuration in a way that no running pod sees a new one, and replaces none; and the
 * enforcer asks the adapter for its part once, when it starts.
 */
function digestOf(...configuration: readonly unknown[]): string {
  const text = JSON.stringify(configuration);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function trusted<T>(secretName: T, mountAs: string) {
  return { secretName, subPath: "ca.crt", mountAs };
}

function pair<T>(secretName: T) {
  return {
    key: { secretName, subPath: "tls.key" },
    cert: { secretName, subPath: "tls.crt" },
  };
}

const WIRED = "Countersign wires it to the Secrets that it makes";
const TRUSTED =
  "a list here takes the place of ours; set choreoConnect.controlPlane, which takes several certificates";
const NAMED = "the names of the chart's Services are in the certificates";
const GATEWAY = "wso2.deployment.gatewayRuntime";

/** What a user's values may not change. */
export const GUARDS: readonly GuardedValue[] = [
  { path: "wso2.deployment.adapter.security.keystore", reason: WIRED },
  { path: `${GATEWAY}.enforcer.security.keystore`, reason: WIRED },
  { path: `${GATEWAY}.router.security.keystore`, reason: WIRED },
  { path: "wso2.deployment.adapter.security.truststore", reason: TRUSTED },
  { path: `${GATEWAY}.enforcer.security.truststore`, reason: TRUSTED },
  {
    path: `${GATEWAY}.router.security.backendCaCerts`,
    reason: "set choreoConnect.backends.<name>.trust to global, and choreoConnect.publicCas",
  },
  {
    path: `${GATEWAY}.enforcer.security.backendJWT.enabled`,
    reason: "set choreoConnect.target.kubernetes.backendJwt",
  },
  { path: `${GATEWAY}.enforcer.security.backendJWT`, reason: WIRED },
  { path: "wso2.deployment.adapter.security.sslHostname", reason: NAMED, allowed: "adapter" },
  { path: `${GATEWAY}.enforcer.security.sslHostname`, reason: NAMED, allowed: "enforcer" },
  {
    path: "wso2.deployment.adapter.configToml",
    reason: "set choreoConnect.target.kubernetes.configToml",
  },
  { path: "nameOverride", reason: NAMED },
  { path: "fullnameOverride", reason: NAMED },
];
