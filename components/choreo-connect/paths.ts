/** Paths of a key and its certificate. */
export interface PairPaths {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Directory with all of a part's own files, in all three images (chart choreo-connect 1.2.0-2; docker-compose
 * distribution 1.2.0).
 */
export const SECURITY = "/home/wso2/security";
const KEYSTORE = `${SECURITY}/keystore`;
export const TRUSTSTORE = `${SECURITY}/truststore`;

/** A part's own pair. */
export const OWN_PAIR: PairPaths = { certificate: `${KEYSTORE}/mg.pem`, key: `${KEYSTORE}/mg.key` };

/**
 * Pair with which the enforcer signs tokens for backends: the chart mounts it here, and for docker-compose it is
 * exported to here.
 */
export const TOKEN_PAIR: PairPaths = {
  certificate: `${KEYSTORE}/backend-jwt.pem`,
  key: `${KEYSTORE}/backend-jwt.key`,
};

/** A part's own certificate among those that it trusts. With docker-compose, it trusts all its peers by this file. */
export const OWN_ANCHOR = `${TRUSTSTORE}/mg.pem`;

/** Files in which adapter and enforcer have the certificates of an API Manager. */
export const CONTROL_PLANE_FILES = {
  adapter: "controlplane.pem",
  enforcer: "wso2carbon.pem",
} as const;
export const WSO2_CARBON = `${TRUSTSTORE}/${CONTROL_PLANE_FILES.enforcer}`;

/** Returns the file by which a part trusts a peer in a cluster. */
export function peerAnchor(peer: string): string {
  return `${TRUSTSTORE}/${peer}-ca-cert.pem`;
}

/** The adapter's configuration, which no other part reads. */
export const CONFIG_TOML = "/home/wso2/conf/config.toml";

/** The router's CAs, unless an API provides others (default of `trustedCertPath`). */
export const CA_CERTIFICATES = "ca-certificates.crt";
export const ROUTER_BUNDLE = `/etc/ssl/certs/${CA_CERTIFICATES}`;
