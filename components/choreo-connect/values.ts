import type { GuardedValue } from "../kubernetes/helm/chart";
import { withTokenPair } from "./adapter/given-config";
import { tlsVariables, tokenVariables, type Variable } from "./adapter/variables";
import { CHART_VARIABLES } from "./chart";
import { digestOf } from "../kubernetes/workload";
import { CA_CERTIFICATES, CONTROL_PLANE_FILES } from "./paths";
import type { TlsPolicy } from "./upstream-tls";

/** Names of Secrets, each with the keys `tls.crt` and `tls.key`. */
export interface SecretNames<T> {
  readonly router: T;
  readonly enforcer: T;
  readonly adapter: T;
  /** Secret with the pair with which the enforcer signs the tokens that it sends to backends. */
  readonly backendJwt: T;
  /** Secret with the key `ca.crt`: certificates that adapter and enforcer trust besides their peers. */
  readonly trust: T;
  /** Secret with the key `ca-certificates.crt`; undefined if the router keeps its own bundle. */
  readonly caCertificates: T | undefined;
}

interface ValuesArgs<T> {
  readonly secrets: SecretNames<T>;
  /** Whether the enforcer sends tokens to backends. */
  readonly backendJwt: boolean;
  /** The adapter's configuration as a template for the chart, without a pair for tokens; undefined for the chart's own. */
  readonly configToml: string | undefined;
  /** TLS settings that the router offers its backends. */
  readonly upstreamTls: TlsPolicy;
}

/**
 * Creates the chart's values.
 *
 * The chart accepts the adapter's configuration only as a whole, so versions, ciphers and the pair for tokens are set
 * by variables of the adapter. Only if a configuration is given does it contain the pair.
 *
 * Both keys of each pair are set, as one alone does not render. No default with a public key remains: the chart mounts
 * such a pair for tokens, enabled or not, trusts such a certificate in adapter and enforcer, and has one for the
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

/** Variables of the adapter's container that configure it. A custom configuration contains the pair for tokens itself. */
export function adapterVariables({
  upstreamTls,
  configToml,
}: Pick<ValuesArgs<unknown>, "upstreamTls" | "configToml">): readonly Variable[] {
  return [...tlsVariables(upstreamTls), ...(configToml === undefined ? tokenVariables() : [])];
}

/**
 * The annotation of pods that changes with the adapter's configuration. The chart mounts the configuration so that
 * running pods do not see a new one, and does not replace them; and the enforcer asks the adapter for its part only
 * once, when it starts.
 */
const CONFIGURATION = "configuration.countersign/adapter";

function trusted<T>(secretName: T, mountAs: string) {
  return { secretName, subPath: "ca.crt", mountAs };
}

function pair<T>(secretName: T) {
  return {
    key: { secretName, subPath: "tls.key" },
    cert: { secretName, subPath: "tls.crt" },
  };
}

const WIRED = "Countersign sets it for the Secrets that it creates";
const TRUSTED =
  "a list here would replace Countersign's; set choreoConnect.controlPlane, which accepts several certificates";
const NAMED = "the names of the chart's Services are in the certificates";
const GATEWAY = "wso2.deployment.gatewayRuntime";

/** Values that a user must not change. */
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
