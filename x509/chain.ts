import type { Certificate } from "./certificate";
import { ANY_PURPOSE } from "./extensions";
import type { Finding } from "./finding";
import { coversHost } from "./host";
import { checkIssuedBy } from "./issued-by";
import { quoteList } from "./printable";

/** The use of a certificate in a TLS handshake (RFC 5280 section 4.2.1.12). */
export type Purpose = "serverAuth" | "clientAuth";

/** Requirements that a chain is checked against. */
export interface ChainOptions {
  /** The time at which the chain must be valid. */
  readonly at: Date;
  readonly purpose: Purpose;
  /** The host that clients dial. @default - not checked */
  readonly host?: string;
  /** CA certificates that the holder of the leaf sends along. @default - none */
  readonly intermediates?: readonly Certificate[];
}

/** Length of the longest path that is followed, which also ends loops of intermediates. */
const LONGEST_PATH = 8;

/**
 * Checks a leaf against the CAs that its peer trusts. It is slightly stricter than a TLS peer.
 * @param leaf the certificate
 * @param roots the trusted CA certificates; they need not be self-signed
 * @param options time, purpose, host, intermediates
 * @returns the problems, nearest to the leaf first; empty if there are none
 */
export function checkChain(
  leaf: Certificate,
  roots: readonly Certificate[],
  options: ChainOptions,
): Finding[] {
  const { at, purpose, host } = options;
  const found = [
    ...checkTime("the certificate", leaf, at),
    ...checkPurpose("the certificate", leaf, purpose),
  ];
  if (leaf.keyUsages.length > 0 && !leaf.keyUsages.includes("digitalSignature"))
    found.push({
      code: "key-usage",
      message: `the certificate's key usage lacks digitalSignature, which TLS 1.3 needs: ${leaf.keyUsages.join(", ")}.`,
    });
  if (host !== undefined && !coversHost(leaf, host))
    found.push({
      code: "host",
      message: `the certificate is for ${quoteList([...leaf.dnsNames, ...leaf.ipAddresses])}, not for ${quoteList([host])}.`,
    });
  let current = leaf;
  for (let below = 0; below < LONGEST_PATH; below++) {
    const issuer = bestIssuer(current, [...roots, ...(options.intermediates ?? [])], at);
    if (issuer === undefined) break;
    found.push(...checkIssuedBy(current, issuer), ...checkAsIssuer(issuer, below, options));
    if (roots.includes(issuer)) return found;
    current = issuer;
  }
  return [
    ...found,
    {
      code: "unknown-issuer",
      message: `its issuer ${current.issuer.text} is not trusted; trusted: ${quoteList(roots.map(({ subject }) => subject.text))}.`,
    },
  ];
}

/** Picks the CA that is most likely the issuer, from several with the same name (after a rotation). */
function bestIssuer(
  leaf: Certificate,
  candidates: readonly Certificate[],
  at: Date,
): Certificate | undefined {
  return candidates
    .filter((ca) => ca.subject.der === leaf.issuer.der)
    .map((ca) => ({ ca, problems: [...checkIssuedBy(leaf, ca), ...checkTime("", ca, at)].length }))
    .sort((one, other) => one.problems - other.problems)[0]?.ca;
}

function checkAsIssuer(ca: Certificate, below: number, { at, purpose }: ChainOptions): Finding[] {
  const name = `CA ${ca.subject.text}`;
  const found = checkTimeOfCa(name, ca, at);
  // Go applies a CA's extended key usages to everything below it.
  found.push(...checkPurpose(name, ca, purpose));
  if (ca.pathLength !== undefined && ca.pathLength < below)
    found.push({
      code: "path-length",
      message: `${name} allows ${ca.pathLength} CAs below it, and there are ${below}.`,
    });
  return found;
}

function checkPurpose(name: string, certificate: Certificate, purpose: Purpose): Finding[] {
  const { extensions, extendedKeyUsages } = certificate;
  // RFC 5280 section 4.2.1.12: without the extension, every purpose is allowed. An empty extension is malformed.
  if (!extensions.some((extension) => extension.name === "extendedKeyUsage")) return [];
  if (extendedKeyUsages.includes(purpose) || extendedKeyUsages.includes(ANY_PURPOSE)) return [];
  const found =
    extendedKeyUsages.length === 0
      ? "nothing (its extended key usage is empty)"
      : extendedKeyUsages.join(", ");
  return [{ code: "purpose", message: `${name} is for ${found}, not for ${purpose}.` }];
}

function checkTime(name: string, { notBefore, notAfter }: Certificate, at: Date): Finding[] {
  if (at < notBefore)
    return [
      { code: "not-yet-valid", message: `${name} is valid only from ${notBefore.toISOString()}.` },
    ];
  if (at > notAfter)
    return [{ code: "expired", message: `${name} expired on ${notAfter.toISOString()}.` }];
  return [];
}

/** Uses separate codes for CAs because the remedy differs: CAs are not renewed. */
function checkTimeOfCa(name: string, ca: Certificate, at: Date): Finding[] {
  return checkTime(name, ca, at).map(({ code, message }) => ({
    code: code === "expired" ? "ca-expired" : "ca-not-yet-valid",
    message,
  }));
}
