export { describeNoBase64, describeNoBlock, describeNoEnd } from "./pem-oddities";

/** Thrown for text that is not the expected PEM. The message describes what was found and never quotes its content. */
export class PemError extends Error {
  override readonly name = "PemError";
}

/**
 * Describes blocks by their labels alone.
 * @param labels the labels in their order
 * @returns e.g. `a PRIVATE KEY block` or `2 blocks (CERTIFICATE, PRIVATE KEY)`
 */
export function describeBlocks(labels: readonly string[]): string {
  const [only, ...more] = labels;
  if (only === undefined) return "no PEM block";
  if (more.length === 0) return `${article(only)} ${only} block`;
  return `${labels.length} blocks (${[...new Set(labels)].join(", ")})`;
}

/**
 * Advises on a block that should not be there.
 * @param found its label
 * @param expected the labels that are allowed
 * @returns a sentence, or an empty text if the label says enough
 */
export function adviceFor(found: string, expected: readonly string[]): string {
  const wantsKey = expected.some((label) => label.endsWith("PRIVATE KEY"));
  if (found === "ENCRYPTED PRIVATE KEY" && wantsKey) return ENCRYPTED_KEY;
  if (found === "EC PARAMETERS" && wantsKey)
    return "Write the key alone: `openssl pkey -in old.pem -out key.pem`.";
  if (found.endsWith("PRIVATE KEY") && !wantsKey)
    return "A private key stays with its owner: treat this one as exposed and make a new one.";
  if (found === "NEW CERTIFICATE REQUEST")
    return "keytool writes that old label; `openssl req -in old.csr -out new.csr` writes today's.";
  return "";
}

/** Advice on an encrypted key. */
export const ENCRYPTED_KEY =
  "A passphrase-encrypted key: decrypt it first with `openssl pkey -in encrypted.pem -out key.pem`.";

/** Whether a line is the encryption header (RFC 1421 section 4.6.1.1) that older OpenSSL writes into a key block. */
export function isEncryptionHeader(line: string): boolean {
  return /^Proc-Type:.*ENCRYPTED/.test(line);
}

/** `a` or `an`, depending on how a label is pronounced. */
export function article(label: string): "a" | "an" {
  return /^(?:[AEIO]|RSA|X)/.test(label) ? "an" : "a";
}
