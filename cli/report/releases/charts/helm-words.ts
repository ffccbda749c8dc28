import { holdsPrivateKey } from "../../../../x509/private-key-trace";

const NOISE = /^(WARNING:|Use --debug|level=(WARN|INFO|DEBUG)|\w+\.go:\d+:|\d{4}\/\d{2}\/\d{2} )/;

/** In characters; the rest of Helm's message is left out. */
const LONGEST = 400;

/** A text without the users, passwords and queries of its addresses. */
export function withoutCredentials(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'@]*(?:@[^\s/?#"'@]*)*@/gi, "$1")
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s?#"']*)[?#][^\s"']*/gi, "$1");
}

/**
 * Helm's message on standard error, as a clause without its warnings, hints and the paths of our temporary files.
 *
 * @param places paths that mean nothing to a reader.
 */
export function helmWords(stderr: string, places: readonly string[]): string {
  if (holdsPrivateKey(stderr)) return "its message holds a private key and is not shown";
  const lines = stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !NOISE.test(line));
  const text = places
    .reduce(
      (said, place) => said.replaceAll(`${place}/`, "").replaceAll(place, ""),
      lines.join(" "),
    )
    .replace(/^Error: /, "")
    .replace(/execution error at \(([^)]*)\): /, "")
    .replace(/\s+/g, " ")
    .trim();
  const words = withoutCredentials(text === "" ? "it said nothing" : text);
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}
