import type { SecureVersion } from "node:tls";
import {
  COMMON_TLS13_SUITES,
  compareVersions,
  type TlsVersion,
} from "../../../components/choreo-connect/upstream-tls/ciphers";
import {
  cipherNames,
  type TlsPolicy,
} from "../../../components/choreo-connect/upstream-tls/policy";
import type { Protocols } from "../../../verify/tls/handshake";

const VERSIONS: Readonly<Record<TlsVersion, SecureVersion>> = {
  TLS1_0: "TLSv1",
  TLS1_1: "TLSv1.1",
  TLS1_2: "TLSv1.2",
  TLS1_3: "TLSv1.3",
};

/** Security level for versions older than TLS 1.2, which OpenSSL 3 refuses at any other level. */
const OLD = "@SECLEVEL=0";

/** Returns a policy in the form of Node's TLS. */
export function nodeProtocols(policy: TlsPolicy): Protocols {
  const { minimum, maximum } = policy;
  return {
    minVersion: VERSIONS[minimum],
    maxVersion: VERSIONS[maximum],
    ciphers: [
      // Not configurable in Envoy, but for Node, a list without them means at most TLS 1.2.
      ...(maximum === "TLS1_3" ? COMMON_TLS13_SUITES : []),
      ...cipherNames(policy, "openssl"),
      ...(compareVersions(minimum, "TLS1_2") < 0 ? [OLD] : []),
    ].join(":"),
  };
}

/** TLS of the router's clusters for the other parts (wso2/product-microgateway v1.2.0, router envoy.yaml.template). */
export const INTERNAL: Protocols = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" };
