import { withMadeValues } from "./made-values";
import { TOKEN_PAIR } from "../paths";
import { ruleProblem } from "./rules";
import { readSettings, type AdapterSettings } from "./settings";
import { shapeProblem } from "./shape";
import { readTemplate, type Variant } from "./template";
import { placeOf, readToml, type TomlProblem, type TomlTable } from "./toml";
import { indentProblem } from "./yaml-block";

/**
 * Judges a config.toml of the user's, which the chart renders as a template: whether the adapter reads it, and whether it undoes
 * what the stack sets.
 *
 * What actions make is not known, so it is not judged; nor is what stands under a condition, as long as there is a way through the
 * conditions that the adapter reads. `countersign verify` judges what the chart has made of it.
 *
 * @returns the end of a sentence about the file; undefined if nothing is wrong.
 */
export function configTomlProblem(template: string): string | undefined {
  const problem = problemOf(template);
  if (problem === undefined) return undefined;
  const { line, column } = placeOf(template, problem.at);
  return `in line ${line}, column ${column}: ${problem.message}`;
}

/** Adds the pair with which the enforcer signs tokens to a config.toml of which there is no `configTomlProblem`. */
export function withTokenPair(template: string): string {
  const end = template.trimEnd();
  // An action that trims what follows would have the line breaks.
  return `${end}${end.endsWith("-}}") ? '{{ "\\n" }}' : ""}\n\n${TOKEN_ENTRY}`;
}

/** What an adapter has of such a file, once for each way through its conditions. What actions make counts as a text. */
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

/** Places of problems are those of the template here. */
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

/** A file that reads well may yet be written so that the pair that is added is not read. */
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
    const reason = "message" in after ? after.message : "it is spelt in another way here";
    return {
      at: template.trimEnd().length,
      message: `Countersign adds [[enforcer.jwtGenerator.keypair]] at the end, and the adapter would not read it (${reason}); write the tables as [enforcer] and [enforcer.jwtGenerator], outside of conditions`,
    };
  }
  return undefined;
}
