import { escapeInvisible, escapeInvisibleJson } from "../x509";

/**
 * Prints to standard output; all output goes through this module. Names, messages and whole lines come from files,
 * clusters and other organizations, and a terminal obeys control characters: every character that readers would not see
 * is written as `\u{…}`.
 */
export function say(text: string): void {
  process.stdout.write(escapeInvisible(text));
}

/** Does the same for programs, as JSON with unchanged data. */
export function sayJson(json: string): void {
  process.stdout.write(escapeInvisibleJson(json));
}

/** Does the same on standard error. */
export function complain(text: string): void {
  process.stderr.write(escapeInvisible(text));
}
