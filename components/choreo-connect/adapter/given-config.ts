import { OWN_PAIR, TOKEN_PAIR, TRUSTSTORE } from "../paths";
import { TOKEN_PAIRS, nodeAt, readSettings, type AdapterSettings } from "./settings";
import { shapeProblem } from "./shape";
import { hasMade, readTemplate, withMadeValues, type Variant } from "./template";
import { placeOf, readToml, type TomlNode, type TomlProblem, type TomlTable } from "./toml";

/**
 * Checks a user's config.toml, which the chart renders as a template: whether the adapter reads it, and whether it
 * contradicts the stack's settings.
 *
 * The output of actions is not known, so it is not checked. Neither is content inside a condition, as long as the
 * adapter reads one of the variants. `countersign verify` checks what the chart has rendered.
 *
 * @returns the end of a sentence about the file; undefined if there is no problem.
 */
export function configTomlProblem(template: string): string | undefined {
  const problem = problemOf(template);
  if (problem === undefined) return undefined;
  const { line, column } = placeOf(template, problem.at);
  return `in line ${line}, column ${column}: ${problem.message}`;
}

/** Adds the pair with which the enforcer signs tokens to a config.toml without a `configTomlProblem`. */
export function withTokenPair(template: string): string {
  const end = template.trimEnd();
  // An action that trims what follows would remove the line breaks.
  return `${end}${end.endsWith("-}}") ? '{{ "\\n" }}' : ""}\n\n${TOKEN_ENTRY}`;
}

/**
 * Returns the adapter's settings from such a file, once for each variant of its conditions. The output of actions
 * counts as a text.
 */
export function settingsIn(template: string): readonly AdapterSettings[] {
  const variants = readTemplate(template);
  if ("message" in variants) return [];
  return variants.flatMap((variant) => {
    const reading = readVariant(template, variant);
    return "config" in reading ? [readSettings(reading.config)] : [];
  });
}

const TOKEN_ENTRY = `[[enforcer.jwtGenerator.keypair]]
  publicCertificatePath = "${TOKEN_PAIR.certificate}"
  privateKeyPath = "${TOKEN_PAIR.key}"
  useForSigning = true
`;

/** Positions of problems refer to the template here. */
function problemOf(template: string): TomlProblem | undefined {
  const variants = readTemplate(template);
  if ("message" in variants) return variants;
  const readings = variants.map((variant) => readVariant(template, variant));
  const read = readings.filter((each) => "config" in each);
  if (read.length === 0) return readings.find((each) => "message" in each);
  for (const { config, placed } of read) {
    const problem = ruleProblem(config);
    if (problem) return placed(problem);
  }
  return additionProblem(template, readings);
}

interface Reading {
  readonly config: TomlTable;
  readonly placed: (problem: TomlProblem) => TomlProblem;
}

function readVariant(template: string, variant: Variant): Reading | TomlProblem {
  const made = withMadeValues(variant);
  const placedBy =
    ({ origins }: Variant) =>
    ({ at, message }: TomlProblem): TomlProblem => ({
      at: origins[at] ?? template.length,
      message,
    });
  const placed = placedBy(made);
  const indent = indentProblem(variant.text);
  if (indent !== undefined) return placedBy(variant)(indent);
  const config = readToml(made.text);
  if ("message" in config) return placed(config);
  const problem = shapeProblem(config);
  return problem === undefined ? { config, placed } : placed(problem);
}

/** Checks that the added pair will be read: a correct file may still be written so that it is not. */
function additionProblem(
  template: string,
  readings: readonly (Reading | TomlProblem)[],
): TomlProblem | undefined {
  const added = withTokenPair(template);
  const variants = readTemplate(added);
  if ("message" in variants) return variants;
  for (const [index, variant] of variants.entries()) {
    const [before, after] = [readings[index], readVariant(added, variant)];
    if (before === undefined || "message" in before) continue;
    const signing =
      "config" in after ? readSettings(after.config).tokenPairs.filter(({ signs }) => signs) : [];
    if (signing.length === 1 && signing[0]?.key === TOKEN_PAIR.key) continue;
    const reason = "message" in after ? after.message : "it is spelled differently here";
    return {
      at: template.trimEnd().length,
      message: `Countersign adds [[enforcer.jwtGenerator.keypair]] at the end, and the adapter would not read it (${reason}); write the tables as [enforcer] and [enforcer.jwtGenerator], outside of conditions`,
    };
  }
  return undefined;
}

/**
 * Finds what keeps a config.toml from being read back from the chart's manifest, which contains it as a YAML block: the
 * first line of a block decides how far all lines are indented (YAML 1.2, section 8.1.1.1).
 */
function indentProblem(text: string): TomlProblem | undefined {
  let at = 0;
  let first: number | undefined;
  let widest = 0;
  for (const line of text.split("\n")) {
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    const isBlank = line.trim() === "";
    if (first === undefined && isBlank) widest = Math.max(widest, indent);
    else if (first === undefined) {
      first = indent;
      if (widest > first) return misplaced(at, "is less indented than the empty line before it");
    } else if (!isBlank && indent < first) {
      return misplaced(at, "is less indented than the first line of the file");
    }
    at += line.length + 1;
  }
  return undefined;
}

function misplaced(at: number, what: string): TomlProblem {
  return {
    at,
    message: `the line ${what}, which the chart's YAML does not allow; do not indent the beginning of the file`,
  };
}

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

/** Finds a setting in a user's config.toml that the stack decides. */
function ruleProblem(config: TomlTable): TomlProblem | undefined {
  for (const { path, only, reason } of RULES) {
    const node = nodeAt(config, path);
    if (node?.kind !== "value" || node.value === only) continue;
    const remedy = only === undefined ? "remove the line" : `only ${shown(only)} is allowed`;
    const what = hasMade(node.value) ? "to the template's output" : `to ${shown(node.value)}`;
    return { at: node.at, message: `sets ${named(path)} ${what}: ${reason}; ${remedy}` };
  }
  const pairs = nodeAt(config, TOKEN_PAIRS);
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
      message: `sets ${named(TOKEN_PAIRS)} to a list in brackets, to which Countersign cannot add its pair; write each entry below a line [[${named(TOKEN_PAIRS)}]]`,
    };
  }
  const signing = pairs.items.find((pair) => {
    const signs = nodeAt(pair, ["UseForSigning"]);
    return signs?.kind === "value" && signs.value !== false;
  });
  return (
    signing && {
      at: signing.at,
      message: `has a pair that signs tokens, but Countersign's own pair does that: remove this ${named(TOKEN_PAIRS)}, or give it useForSigning = false to keep publishing its certificate`,
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
