import { escapeInvisible, escapeInvisibleJson } from "../x509";

/**
 * The one way to the screen. Names, messages and whole lines come from files, clusters and other organizations, and a
 * terminal does what control characters say: whatever readers would not see is written as `\u{…}`.
 */
export function say(text: string): void {
  process.stdout.write(escapeInvisible(text));
}

/** The same for programs, as JSON with the same data in it. */
export function sayJson(json: string): void {
  process.stdout.write(escapeInvisibleJson(json));
}

/** The same on standard error. */
export function complain(text: string): void {
  process.stderr.write(escapeInvisible(text));
}
