import type { Certificate } from "../certificate";
import type { Finding } from "../finding";

/** Fewest bits of an RSA key at OpenSSL's security level 2, which Debian and Red Hat set. Other libraries accept fewer. */
const FEWEST_BITS = 2048;

/**
 * Checks for keys that are too weak, whatever the libraries of their readers accept.
 * @returns the problems; empty if there are none
 */
export function checkWeakKey({ subject, keyAlgorithm }: Certificate): Finding[] {
  const bits = Number(/^RSA-(\d+)/.exec(keyAlgorithm)?.[1] ?? Infinity);
  const found =
    keyAlgorithm === "DSA"
      ? "a DSA key, for which TLS 1.3 has no signature algorithm"
      : bits < FEWEST_BITS
        ? `an RSA key of only ${bits} bits, which is too short`
        : undefined;
  if (found === undefined) return [];
  return [{ code: "key-algorithm", message: `${subject.text} has ${found}.` }];
}

/**
 * Checks for hashes with which signatures can be forged. A root's own signature does not matter: it is trusted as it
 * is. Go refuses SHA-1 and MD5, OpenSSL does from its security level 1 on, and Java refuses MD5; BoringSSL accepts
 * SHA-1 (seen with Envoy 1.36).
 * @returns the problems; empty if there are none
 */
export function checkWeakSignature({ subject, signatureAlgorithm }: Certificate): Finding[] {
  if (!/md[245]|sha-?1(?!\d)/i.test(signatureAlgorithm)) return [];
  const message = `${subject.text} is signed by ${signatureAlgorithm}, and such signatures can be forged.`;
  return [{ code: "signature-algorithm", message }];
}
