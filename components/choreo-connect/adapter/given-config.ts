import { withMadeValues } from "./made-values";
import { TOKEN_PAIR } from "../paths";
import { ruleProblem } from "./rules";
import { readSettings, type AdapterSettings } from "./settings";
import { shapeProblem } from "./shape";
import { readTemplate, type Variant } from "./template";
import { placeOf, readToml, type TomlProblem, type TomlTable } from "./toml";
import { indentProblem } from "./yaml-block";

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
