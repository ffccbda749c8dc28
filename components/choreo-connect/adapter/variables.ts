import { cipherNames, type TlsPolicy } from "../upstream-tls";
import { TOKEN_PAIR } from "../paths";

/** A variable of a container's environment. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}

/**
 * Returns the variable whose value overrides a path of the adapter's configuration (wso2/product-microgateway v1.2.0,
 * adapter/pkg/config/parser.go; the same since 1.0.0). The adapter compares names without case.
 *
 * @param path names of keys, and positions in lists.
 */
export function variableOf(...path: readonly (string | number)[]): string {
  return ["CC", ...path].join("_").toUpperCase();
}

/**
 * Explains why a user's variable is not allowed: it would override settings for keys and certificates.
 *
 * @returns the end of a sentence about it; undefined if it is allowed.
 */
export function reservedVariable(name: string): string | undefined {
  const upper = name.toUpperCase();
  return RESERVED.find(({ prefix }) => upper === prefix || upper.startsWith(`${prefix}_`))?.reason;
}

const TLS = ["Router", "Upstream", "TLS"] as const;
/** The adapter's own pair for tokens, which is at this path unless config.toml has any. */
const PAIR = ["Enforcer", "JwtGenerator", "Keypair", 0] as const;

/**
 * Variables that tell the adapter which TLS the router offers its backends, and that it verifies them. Variables
 * override config.toml, changing them replaces pods, and they require no copy of the chart's own configuration.
 */
export function tlsVariables(policy: TlsPolicy): readonly Variable[] {
  const ciphers = cipherNames(policy, "openssl").join(", ");
  return [
    { name: variableOf(...TLS, "MinimumProtocolVersion"), value: policy.minimum },
    { name: variableOf(...TLS, "MaximumProtocolVersion"), value: policy.maximum },
    { name: variableOf(...TLS, "Ciphers"), value: ciphers },
    { name: variableOf(...TLS, "VerifyHostName"), value: "true" },
    { name: variableOf(...TLS, "DisableSslVerification"), value: "false" },
  ];
}

/** Variables that tell the adapter with which pair the enforcer signs tokens, if config.toml does not. */
export function tokenVariables(): readonly Variable[] {
  return [
    { name: variableOf(...PAIR, "PublicCertificatePath"), value: TOKEN_PAIR.certificate },
    { name: variableOf(...PAIR, "PrivateKeyPath"), value: TOKEN_PAIR.key },
    { name: variableOf(...PAIR, "UseForSigning"), value: "true" },
  ];
}

const FOUND = "which tells the adapter where to find the pair that Countersign mounts; remove it";
const GENERATOR = ["Enforcer", "JwtGenerator"] as const;

const RESERVED = [
  {
    prefix: variableOf(...TLS),
    reason: "which decides how the router calls backends; set choreoConnect.upstreamTls instead",
  },
  {
    prefix: variableOf(...GENERATOR, "Keypair"),
    reason: "which decides which pair signs tokens, and Countersign's own must; remove it",
  },
  ...["Enable", "Enabled"].map((key) => ({
    prefix: variableOf(...GENERATOR, key),
    reason:
      "which decides whether backends get tokens; set choreoConnect.target.kubernetes.backendJwt instead",
  })),
  { prefix: variableOf("Router", "KeyStore"), reason: FOUND },
  { prefix: variableOf("Adapter", "Keystore"), reason: FOUND },
  { prefix: variableOf("Adapter", "Truststore"), reason: FOUND },
];
