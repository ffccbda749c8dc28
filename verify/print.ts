import { exitStatus, isFailure, type Check } from "./check";

/** Options for the output of checks. */
interface PrintOptions {
  /** Page with a section that explains each code. */
  readonly page: string;
  /** Headings of parties. @default - the party */
  readonly titles?: ReadonlyMap<string, string>;
  /** Whether a party of which all checks hold gets one line. */
  readonly fold?: boolean;
}

const SIGNS = { pass: "√", fail: "×", warn: "!" } as const;

/** Renders checks as text: grouped by party, one line each, with advice under each check that does not hold. */
export function renderText(checks: readonly Check[], options: PrintOptions): string {
  return [...groupsOf(checks, options), `${summary(checks)}.`, ""].join("\n");
}

/** Renders only the checks that fail. */
export function renderFailures(checks: readonly Check[], options: PrintOptions): string {
  return groupsOf(checks.filter(isFailure), options).join("\n").trimEnd();
}

function groupsOf(checks: readonly Check[], options: PrintOptions): string[] {
  const parties = [...new Set(checks.map(({ party }) => party))];
  return parties.map((party) => {
    const own = checks.filter((check) => check.party === party);
    const title = options.titles?.get(party) ?? party;
    if (options.fold && own.every(({ ok }) => ok)) {
      return `${SIGNS.pass} ${title}: ${count(own.length, "check")}\n`;
    }
    const lines = own.flatMap((check) => linesOf(check, options.page));
    return [title, ...lines.map((line) => `  ${line}`), ""].join("\n");
  });
}

/** Renders checks for programs: an array of objects with the fields of a check. */
export function renderJson(checks: readonly Check[]): string {
  return `${JSON.stringify(checks, null, 2)}\n`;
}

function linesOf({ code, message, todo, ok, severity }: Check, page: string): string[] {
  if (ok) return [`${SIGNS.pass} ${code}: ${message}`];
  const sign = severity === "warning" ? SIGNS.warn : SIGNS.fail;
  const lines = [`${sign} ${code}: ${message}`];
  if (todo !== undefined) lines.push(`    -> ${todo}`);
  return [...lines, `       ${page}#${code}`];
}

/** Summarizes checks in a clause, e.g. `31 checks: all hold, 1 early warning`. */
export function summary(checks: readonly Check[]): string {
  const failed = checks.filter(isFailure).length;
  const warnings = checks.filter(({ ok, severity }) => !ok && severity === "warning").length;
  const early = warnings === 0 ? "" : `, ${count(warnings, "early warning")}`;
  const verdict =
    exitStatus(checks) === 0 ? "all hold" : `${failed} ${failed === 1 ? "does" : "do"} not hold`;
  return `${count(checks.length, "check")}: ${verdict}${early}`;
}

/** Formats a number with its noun: `1 check`, `2 checks`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
