import { appendFileSync } from "node:fs";

/**
 * Passes values to later steps and jobs. Without a runner that collects them, they are only printed.
 *
 * @param values by name; a value that is not a text is written as JSON. They must not contain line breaks.
 */
export function setOutputs(values: Readonly<Record<string, unknown>>): void {
  const lines = Object.entries(values).map(([name, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    if (/[\r\n]/.test(text)) throw new Error(`output ${name} has a line break`);
    return `${name}=${text}\n`;
  });
  process.stdout.write(lines.join(""));
  append(process.env.GITHUB_OUTPUT, lines.join(""));
}

/** Shows Markdown on the page of the run. */
export function addSummary(markdown: string): void {
  append(process.env.GITHUB_STEP_SUMMARY, `${markdown}\n`);
}

/** Shows a line on the page of the run and in the log. */
export function notice(text: string): void {
  process.stdout.write(`::notice::${escape(text)}\n`);
}

/** Reports an error and sets exit status 2: nothing was decided. */
export function fail(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${text}\n`);
  if (process.env.GITHUB_ACTIONS === "true") process.stdout.write(`::error::${escape(text)}\n`);
  process.exitCode = 2;
}

/**
 * Returns an environment variable; undefined also if it is empty, since GitHub sets variables without a value to "".
 */
export function variable(name: string): string | undefined {
  const value = process.env[name]?.trim();
  return value === "" ? undefined : value;
}

/** @throws Error that names the missing variable. */
export function required(name: string): string {
  const value = variable(name);
  if (value === undefined) throw new Error(`the environment variable ${name} is not set`);
  return value;
}

function append(file: string | undefined, text: string): void {
  if (file) appendFileSync(file, text);
}

/** Escapes a text: a line break would end the workflow command, and the rest could be another command. */
function escape(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
