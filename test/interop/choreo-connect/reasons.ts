import type { BackendName } from "./backends";

/** Messages of one side about a connection that failed. */
export interface Reasons {
  readonly silent: RegExp;
  readonly stranger: RegExp;
}

/** Messages of a backend that refuses, or is refused. */
export interface BackendReasons extends Reasons {
  readonly unknownCa: RegExp;
  readonly wrongName: RegExp;
  readonly cipher: RegExp;
  readonly version: RegExp;
  /** Messages that the router gets about it up to TLS 1.2. */
  readonly alerts: Reasons;
}

const JAVA: BackendReasons = {
  silent: /refused: .*Empty client certificate chain/,
  stranger: /refused: .*PKIX path (validation|building) failed/,
  unknownCa: /refused: .*Received fatal alert: unknown_ca/,
  wrongName: /refused: .*Received fatal alert: certificate_unknown/,
  cipher: /refused: .*no cipher suites in common/,
  version: /refused: .*Client requested protocol TLSv1\.1 is not enabled or supported/,
  alerts: { silent: /SSLV3_ALERT_BAD_CERTIFICATE/, stranger: /SSLV3_ALERT_CERTIFICATE_UNKNOWN/ },
};

export const REASONS: Readonly<Record<BackendName, BackendReasons>> = {
  Go: {
    silent: /refused: .*tls: client didn't provide a certificate/,
    stranger: /refused: .*x509: certificate signed by unknown authority/,
    unknownCa: /refused: .*remote error: tls: unknown certificate authority/,
    wrongName: /refused: .*remote error: tls: unknown certificate$/m,
    cipher: /refused: .*tls: no cipher suite supported by both client and server/,
    version: /refused: .*tls: client offered only unsupported versions/,
    alerts: { silent: /SSLV3_ALERT_HANDSHAKE_FAILURE/, stranger: /TLSV1_ALERT_UNKNOWN_CA/ },
  },
  Node: {
    silent: /refused: .*peer did not return a certificate/,
    stranger: /refused: SELF_SIGNED_CERT_IN_CHAIN/,
    unknownCa: /refused: .*alert unknown ca/,
    wrongName: /refused: .*alert certificate unknown/,
    cipher: /refused: .*no shared cipher/,
    version: /refused: .*unsupported protocol/,
    // Node checks a certificate after the handshake, and then closes the connection without an alert.
    alerts: { silent: /SSLV3_ALERT_HANDSHAKE_FAILURE/, stranger: /^$/ },
  },
  "Java with PKCS#12": JAVA,
  "Java with JKS": JAVA,
};
