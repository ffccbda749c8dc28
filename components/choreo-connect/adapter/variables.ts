import { cipherNames, type TlsPolicy } from "../upstream-tls/policy";
import { TOKEN_PAIR } from "../paths";

/** A variable of a container's environment. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}

/**
 * The variable whose value the adapter takes instead of what stands at a path of its configuration
 * (wso2/product-microgateway v1.2.0, adapter/pkg/config/parser.go; the same since 1.0.0). It compares names without their case.
 *
 * @param path names of keys, and positions in lists.
 */
export function variableOf(...path: readonly (string | number)[]): string {
  return ["CC", ...path].join("_").toUpperCase();
}

/**
 * Why a variable of the user's may not be: it would win over what wires keys and certificates.
 *
 * @returns the end of a sentence about it; undefined if it may.
 */
export function reservedVariable(name: string): string | undefined {
  const upper = name.toUpperCase();
  return RESERVED.find(({ prefix }) => upper === prefix || upper.startsWith(`${prefix}_`))?.reason;
}

const TLS = ["Router", "Upstream", "TLS"] as const;
/** The adapter has one pair for tokens by itself, which stands at this place unless config.toml has any. */
const PAIR = ["Enforcer", "JwtGenerator", "Keypair", 0] as const;

/**
 * How the adapter is told what the router offers its backends, and that it verifies them. Variables win over config.toml, a change of
 * theirs replaces pods, and nobody has to copy the chart's own configuration for them.
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

/** How the adapter is told with which pair the enforcer signs tokens, where config.toml does not say it. */
export function tokenVariables(): readonly Variable[] {
  return [
    { name: variableOf(...PAIR, "PublicCertificatePath"), value: TOKEN_PAIR.certificate },
    { name: variableOf(...PAIR, "PrivateKeyPath"), value: TOKEN_PAIR.key },
    { name: variableOf(...PAIR, "UseForSigning"), value: "true" },
  ];
}

const FOUND = "by which the adapter finds the pair that Countersign mounts; remove it";
const GENERATOR = ["Enforcer", "JwtGenerator"] as const;

const RESERVED = [
  {
    prefix: variableOf(...TLS),
    reason: "which decides how the router calls backends; set choreoConnect.upstreamTls instead",
  },
  {
    prefix: variableOf(...GENERATOR, "Keypair"),
    reason: "which decides what signs tokens, and Countersign's own pair does; remove it",
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
