import type { Certificate } from "../certificate";
import type { Finding } from "../finding";

/** RSA keys of fewer bits are refused at OpenSSL's security level 2, which Debian and Red Hat set; the others take them. */
const FEWEST_BITS = 2048;

/**
 * Checks for keys that are too weak for anybody, whatever the libraries of their readers take.
 * @returns what is wrong; empty if nothing is
 */
export function checkWeakKey({ subject, keyAlgorithm }: Certificate): Finding[] {
  const bits = Number(/^RSA-(\d+)/.exec(keyAlgorithm)?.[1] ?? Infinity);
  const found =
    keyAlgorithm === "DSA"
      ? "a DSA key, with which TLS 1.3 has no signature"
      : bits < FEWEST_BITS
        ? `an RSA key of only ${bits} bits, which is too short`
        : undefined;
  if (found === undefined) return [];
  return [{ code: "key-algorithm", message: `${subject.text} has ${found}.` }];
}

/**
 * Checks for hashes with which a signature can be forged. What a CA signed itself with is nobody's business: it is trusted as
 * it is. Go refuses SHA-1 and MD5, OpenSSL too from its security level 1 on, Java MD5; BoringSSL takes SHA-1 (seen with
 * Envoy 1.36).
 * @returns what is wrong; empty if nothing is
 */
export function checkWeakSignature({ subject, signatureAlgorithm }: Certificate): Finding[] {
  if (!/md[245]|sha-?1(?!\d)/i.test(signatureAlgorithm)) return [];
  const message = `${subject.text} is signed by ${signatureAlgorithm}, and such signatures can be forged.`;
  return [{ code: "signature-algorithm", message }];
}
