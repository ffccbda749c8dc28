import { quote } from "../x509";

/** Joins a whole list, because a reviewer decides on all of it; unusual texts are quoted and escaped. */
export function listed(texts: readonly string[]): string {
  return texts.map(readable).join(", ") || "none";
}

function readable(text: string): string {
  return /^[A-Za-z0-9._*/:@-]{1,253}$/.test(text) ? text : quote(text);
}
