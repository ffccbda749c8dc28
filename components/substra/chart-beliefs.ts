import coerce from "semver/functions/coerce";
import lt from "semver/functions/lt";

/**
 * Beliefs about Substra's charts: names that their templates write and other modules read.
 *
 * Each is written once, here. `countersign verify` uses them to read deployed releases, the tests compare the stand-in
 * charts with them, and `make real` compares them with every supported version of the real charts.
 */

/** The orchestrator's container, in chart orchestrator 7.5.0 to 8.8.0. */
export const ORCHESTRATOR_CONTAINER = {
  /** Folder of all its files (templates/deployment.yaml). */
  files: "/var/orchestrator/",
  /** Files and folders, by the variable that names them (templates/configmap-env-orchestrator.yaml). */
  paths: {
    ORCHESTRATOR_TLS_CERT_PATH: "/var/orchestrator/tls/server/pair/tls.crt",
    ORCHESTRATOR_TLS_KEY_PATH: "/var/orchestrator/tls/server/pair/tls.key",
    ORCHESTRATOR_TLS_SERVER_CA_CERT: "/var/orchestrator/tls/server/cacert/ca.crt",
    ORCHESTRATOR_TLS_CLIENT_CA_CERT_DIR: "/var/orchestrator/tls/client/",
    ORCHESTRATOR_CHANNEL_CONFIG: "/var/orchestrator/config.yaml",
  },
  /** Variables that enable something with `true` (the same template). */
  flags: {
    tls: "ORCHESTRATOR_TLS_ENABLED",
    mutualTls: "ORCHESTRATOR_MTLS_ENABLED",
    verifyMspId: "ORCHESTRATOR_VERIFY_CLIENT_MSP_ID",
  },
  /** Port of its gRPC server (templates/deployment.yaml), whatever `service.port` is. */
  port: 9000,
} as const;

/** All containers of chart substra-backend, 22.5.0 to 26.15.3, that connect to the orchestrator. */
export const BACKEND_CONTAINERS = {
  /** Folder of the TLS files (templates/deployment-*.yaml, statefulset-worker.yaml, statefulset-builder.yaml). */
  files: "/var/substra/orchestrator/tls/",
  /** Files, by the variable that names them (templates/configmap-orchestrator.yaml). */
  paths: {
    ORCHESTRATOR_TLS_SERVER_CACERT_PATH: "/var/substra/orchestrator/tls/server/ca.crt",
    ORCHESTRATOR_TLS_CLIENT_CERT_PATH: "/var/substra/orchestrator/tls/client/tls.crt",
    ORCHESTRATOR_TLS_CLIENT_KEY_PATH: "/var/substra/orchestrator/tls/client/tls.key",
  },
  /** Variables that enable something with `true` (the same template). */
  flags: { tls: "ORCHESTRATOR_TLS_ENABLED", mutualTls: "ORCHESTRATOR_MTLS_ENABLED" },
  /** Host of the orchestrator (the same template). */
  host: "ORCHESTRATOR_HOST",
  port: "ORCHESTRATOR_PORT",
} as const;

/** Variables with a backend's identity and channels. */
interface IdentityVariables {
  readonly mspId: string;
  readonly channels: string;
}

const FORMER_IDENTITY: IdentityVariables = { mspId: "LEDGER_MSP_ID", channels: "LEDGER_CHANNELS" };
const IDENTITY: IdentityVariables = { mspId: "MSP_ID", channels: "CHANNELS" };

/**
 * Identity variables of a version of chart substra-backend; they were renamed in 24.0.1
 * (templates/configmap-orchestrator.yaml).
 */
export function identityVariables(version: string): IdentityVariables {
  return lt(coerce(version) ?? version, "24.0.1") ? FORMER_IDENTITY : IDENTITY;
}

/** The identity variables of all versions. */
export const IDENTITY_VARIABLES: readonly string[] = [IDENTITY, FORMER_IDENTITY].flatMap(
  ({ mspId, channels }) => [mspId, channels],
);
