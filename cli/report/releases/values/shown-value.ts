import { createHash } from "node:crypto";
import { readCertificate } from "../../../../x509/certificate";
import { holdsPrivateKey } from "../../../../x509/private-key-trace";
import type { ShownValue, ValueChange } from "../../model";
import { SECRET, UNKNOWN, type Property } from "../../value";
import { shortOf } from "../../words";
import type { Difference } from "./differences";
import type { NewNames } from "./new-names";

/** In characters; a longer text is shortened. */
const LONGEST_TEXT = 200;

const KEPT = 80;

/** Placeholder for a text that contains a private key. */
export const HIDDEN_KEY = "(a private key, not shown)";

/** A value that differs, as a reviewer may see it. */
export function valueChange({ path, before, after }: Difference, names: NewNames): ValueChange {
  return {
    path,
    before: before === undefined ? undefined : shownValue(before, names),
    after: after === undefined ? undefined : shownValue(after, names),
  };
}

/** A value as a reviewer may see it. A text is on one line. */
export function shownValue(value: Property, names: NewNames): ShownValue {
  if (value === SECRET) return SECRET;
  if (value === UNKNOWN) return UNKNOWN;
  if (typeof value !== "string") return { text: JSON.stringify(value) };
  const resource = names.resourceOf(value);
  return resource === undefined
    ? { text: shownText(names.readable(value)) }
    : { newNameOf: resource };
}

function shownText(text: string): string {
  const readable = withoutPem(text).trimEnd().replaceAll("…)\n(cert", "…) (cert");
  if (isTakenForAnother(readable)) return JSON.stringify(readable);
  if (readable.length <= LONGEST_TEXT && !/[\r\n]/.test(readable)) return readable;
  const [start = ""] = readable.slice(0, KEPT).split(/[\r\n]/);
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8);
  return `${start}… (${readable.length.toLocaleString("en")} characters, SHA-256 ${hash}…)`;
}

/** A text with fingerprints in place of certificates; only a placeholder if it contains a private key. */
export function withoutPem(text: string): string {
  if (holdsPrivateKey(text)) return HIDDEN_KEY;
  return text.replace(CERTIFICATE, (pem) => {
    try {
      return `(certificate with SHA-256 ${shortOf(readCertificate(pem).fingerprint)})`;
    } catch {
      return pem;
    }
  });
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----/g;

/** Whether a text looks like a value of another type, which means something else to a chart. */
function isTakenForAnother(text: string): boolean {
  return text === "" || /^(true|false|null|[-+]?\d+(\.\d+)?([eE][-+]?\d+)?|\{\}|\[\])$/.test(text);
}
