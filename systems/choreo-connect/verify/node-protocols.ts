import type { SecureVersion } from "node:tls";
import { COMMON_TLS13_SUITES } from "../../../components/choreo-connect/upstream-tls/ciphers";
import {
  cipherNames,
  type TlsPolicy,
} from "../../../components/choreo-connect/upstream-tls/policy";
import {
  compareVersions,
  type TlsVersion,
} from "../../../components/choreo-connect/upstream-tls/versions";
import type { Protocols } from "../../../verify/tls/handshake";

const VERSIONS: Readonly<Record<TlsVersion, SecureVersion>> = {
  TLS1_0: "TLSv1",
  TLS1_1: "TLSv1.1",
  TLS1_2: "TLSv1.2",
  TLS1_3: "TLSv1.3",
};

/** OpenSSL 3 refuses what is older than TLS 1.2 at any other level. */
const OLD = "@SECLEVEL=0";

/** A policy as Node's TLS takes it. */
export function nodeProtocols(policy: TlsPolicy): Protocols {
  const { minimum, maximum } = policy;
  return {
    minVersion: VERSIONS[minimum],
    maxVersion: VERSIONS[maximum],
    ciphers: [
      // Not configurable in Envoy; but a list without them is TLS 1.2 at most to Node.
      ...(maximum === "TLS1_3" ? COMMON_TLS13_SUITES : []),
      ...cipherNames(policy, "openssl"),
      ...(compareVersions(minimum, "TLS1_2") < 0 ? [OLD] : []),
    ].join(":"),
  };
}

/** The router's clusters for adapter and enforcer (wso2/product-microgateway v1.2.0, router envoy.yaml.template). */
export const INTERNAL: Protocols = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" };
