import { OWN_PAIR, TRUSTSTORE } from "../paths";
import { nodeAt } from "./settings";
import { hasMade } from "./template";
import type { TomlNode, TomlProblem, TomlTable } from "./toml";

/** A key of a user's config.toml that the stack decides. */
interface Rule {
  readonly path: readonly string[];
  /** The only value that it may have; undefined if the key is forbidden. */
  readonly only?: string | boolean;
  readonly reason: string;
}

const VERIFIED = "the router must verify its backends";
const MOUNTED = "that is where Countersign's pair is mounted";
const DECIDED = "choreoConnect.upstreamTls decides it, through a variable that overrides this file";
const TLS = ["router", "Upstream", "TLS"];

const RULES: readonly Rule[] = [
  { path: [...TLS, "MinimumProtocolVersion"], reason: DECIDED },
  { path: [...TLS, "MaximumProtocolVersion"], reason: DECIDED },
  { path: [...TLS, "Ciphers"], reason: DECIDED },
  { path: [...TLS, "VerifyHostName"], only: true, reason: VERIFIED },
  { path: [...TLS, "DisableSslVerification"], only: false, reason: VERIFIED },
  ...[
    ["Adapter", "Keystore"],
    ["router", "KeyStore"],
  ].flatMap((keystore): Rule[] => [
    { path: [...keystore, "CertPath"], only: OWN_PAIR.certificate, reason: MOUNTED },
    { path: [...keystore, "KeyPath"], only: OWN_PAIR.key, reason: MOUNTED },
  ]),
  {
    path: ["Adapter", "Truststore", "Location"],
    only: TRUSTSTORE,
    reason: "the certificates of the adapter's peers are mounted there",
  },
];

const PAIRS = ["Enforcer", "JwtGenerator", "Keypair"];

/** Finds a setting in a user's config.toml that the stack decides. */
export function ruleProblem(config: TomlTable): TomlProblem | undefined {
  for (const { path, only, reason } of RULES) {
    const node = nodeAt(config, path);
    if (node?.kind !== "value" || node.value === only) continue;
    const remedy = only === undefined ? "remove the line" : `only ${shown(only)} is allowed`;
    const what = hasMade(node.value) ? "to the template's output" : `to ${shown(node.value)}`;
    return { at: node.at, message: `sets ${named(path)} ${what}: ${reason}; ${remedy}` };
  }
  const pairs = nodeAt(config, PAIRS);
  return pairs && pairProblem(pairs);
}

/**
 * Checks pairs for tokens. Older pairs may stay to publish their certificates, for backends that still have their
 * tokens.
 */
function pairProblem(pairs: TomlNode): TomlProblem | undefined {
  if (pairs.kind !== "tables" || pairs.isInline) {
    return {
      at: pairs.at,
      message: `sets ${named(PAIRS)} to a list in brackets, to which Countersign cannot add its pair; write each entry below a line [[${named(PAIRS)}]]`,
    };
  }
  const signing = pairs.items.find((pair) => {
    const signs = nodeAt(pair, ["UseForSigning"]);
    return signs?.kind === "value" && signs.value !== false;
  });
  return (
    signing && {
      at: signing.at,
      message: `has a pair that signs tokens, but Countersign's own pair does that: remove this ${named(PAIRS)}, or give it useForSigning = false to keep publishing its certificate`,
    }
  );
}

/** Writes a path as WSO2 does. */
function named(path: readonly string[]): string {
  return path
    .map((key) => (key === "TLS" ? "tls" : key.charAt(0).toLowerCase() + key.slice(1)))
    .join(".");
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
