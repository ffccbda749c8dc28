import { cipherNames, type TlsPolicy } from "./policy";
import { readLines, type Line } from "./toml-lines";

/** The table of an adapter's config.toml that says how the router calls backends. */
const TABLE = ["router", "upstream", "tls"];
const HEADER = "[router.upstream.tls]";

/** What makes the router check a backend's certificate, and the only value of each that is taken. */
const VERIFICATION: ReadonlyMap<string, string> = new Map([
  ["verifyHostName", "true"],
  ["disableSslVerification", "false"],
]);

const WRITTEN = ["minimumProtocolVersion", "maximumProtocolVersion", "ciphers"];
const NAMES = [...WRITTEN, ...VERIFICATION.keys()];

/**
 * Puts a policy into an adapter's config.toml. That one is a Helm template, so it cannot be parsed, and what belongs to others must stay
 * as it is: values in the lines of one table are replaced, and what is missing is added.
 *
 * @param text has no `configTomlProblem`.
 */
export function withUpstreamTls(text: string, policy: TlsPolicy): string {
  const missing = new Map(settings(policy));
  const lines = readLines(text).map((line) => {
    const name = settingOf(line);
    const value = missing.get(name ?? "");
    if (line.kind !== "key" || name === undefined || value === undefined) return line;
    missing.delete(name);
    return { ...line, text: line.before + value + line.after };
  });
  const ends = text.includes("\r\n") ? "\r\n" : "\n";
  const last = lines.findLastIndex((line) => isTable(line) || settingOf(line) !== undefined);
  const indent = last === -1 ? "  " : (/^[ \t]*/.exec(lines[last]?.text ?? "")?.[0] ?? "");
  const added = [...missing].map(([key, value]) => `${indent}${key} = ${value}${ends}`);
  const texts = lines.map((line) => line.text);
  if (last === -1) return [ended(texts.join(""), ends), ends, HEADER, ends, ...added].join("");
  if (added.length === 0) return texts.join("");
  const above = ended(texts.slice(0, last + 1).join(""), ends);
  return [above, ...added, ...texts.slice(last + 1)].join("");
}

/** The end of a sentence about a config.toml that says why a policy cannot be put into it, or must not; undefined if it can. */
export function configTomlProblem(text: string): string | undefined {
  const lines = readLines(text);
  const tables = lines.filter(isTable);
  if (tables.length > 1) return `has ${HEADER} ${inLines(tables)}, and the adapter takes it once`;
  for (const line of lines) {
    const problem = problemOf(line);
    if (problem !== undefined) return problem;
  }
  for (const name of NAMES) {
    const settings = lines.filter((line) => settingOf(line) === name);
    if (settings.length > 1)
      return `sets ${name} ${inLines(settings)}, and the adapter takes it once`;
  }
  return undefined;
}

/** The table's values as they are in a file of which there is no `configTomlProblem`, without their quotes. */
export function upstreamTlsIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    readLines(text).flatMap((line) => {
      const name = settingOf(line);
      if (line.kind !== "key" || name === undefined) return [];
      return [[name, line.value.replace(/^(["'])(.*)\1$/, "$2")] as const];
    }),
  );
}

function problemOf(line: Line): string | undefined {
  const here = `in line ${line.number}`;
  if (line.kind === "array" && begins(TABLE, line.path))
    return `has [[${line.path.join(".")}]] ${here}, where the adapter expects [${line.path.join(".")}]`;
  if (isTable(line) && line.conditional)
    return `has ${HEADER} ${here} only under a condition of the template`;
  if (line.kind === "other" && line.isTemplate) {
    const name = [HEADER, ...NAMES].find((each) => line.text.includes(each));
    return name && `has ${name} ${here} beside actions of the template; give it a line of its own`;
  }
  if (line.kind !== "key") return undefined;
  const path = [...line.table, ...line.path];
  const elsewhere = !isSame(line.table, TABLE);
  if (elsewhere && (begins(TABLE, path) || begins(path, TABLE)))
    return `sets ${path.join(".")} ${here}; write it below a line ${HEADER}`;
  if (elsewhere) return undefined;
  const name = NAMES.find((each) => each.toLowerCase() === line.path[0]?.toLowerCase());
  if (name === undefined) return undefined;
  if (!isSame(line.path, [name])) return `sets ${line.path.join(".")} ${here}; its name is ${name}`;
  if (line.conditional) return `sets ${name} ${here} only under a condition of the template`;
  if (/^("""|''')/.test(line.value))
    return `has a string of several lines for ${name} ${here}; write it in one`;
  const only = VERIFICATION.get(name);
  if (only !== undefined && line.value !== only)
    return `has ${name} = ${line.value} ${here}: the router must verify its backends, so only ${only} is allowed`;
  return undefined;
}

function settings(policy: TlsPolicy): [string, string][] {
  const values = [policy.minimum, policy.maximum, cipherNames(policy, "openssl").join(", ")];
  return WRITTEN.map((name, index) => [name, `"${values[index] ?? ""}"`]);
}

function isTable(line: Line): boolean {
  return line.kind === "table" && isSame(line.path, TABLE);
}

/** The key of a line of the table. */
function settingOf(line: Line): string | undefined {
  return line.kind === "key" && isSame(line.table, TABLE) && line.path.length === 1
    ? line.path[0]
    : undefined;
}

function inLines(lines: readonly Line[]): string {
  return `in lines ${lines.map(({ number }) => number).join(" and ")}`;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && begins(other, one);
}

function begins(path: readonly string[], beginning: readonly string[]): boolean {
  return beginning.every((part, index) => part === path[index]);
}

function ended(text: string, ends: string): string {
  return text === "" || text.endsWith("\n") ? text : text + ends;
}
