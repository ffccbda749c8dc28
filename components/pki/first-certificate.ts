import type { ComponentResource, Input } from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random/randomId";
import { readCertificate, type Certificate } from "../../x509";
import { refusal } from "./refusal";

/** The certificate with which a CA generation began. */
export interface FirstCertificate {
  readonly certificate: string;
  /** Undefined where the certificate was made here. */
  readonly origin?: "existing";
}

/**
 * Memory of a generation's first certificate. The state keeps it until the generation is dropped, whatever config says
 * later, so that another certificate under the same name is seen at preview.
 */
export function rememberFirst(
  name: string,
  first: FirstCertificate | { readonly certificate: Input<string> },
  parent: ComponentResource,
): RandomId {
  return new RandomId(
    `${name}-first`,
    { byteLength: 4, keepers: { ...first } },
    { parent, ignoreChanges: ["keepers"] },
  );
}

/** What a memory holds; undefined if it holds nothing. */
export function recalled(
  keepers: Readonly<Record<string, string>> | undefined,
): FirstCertificate | undefined {
  const { certificate, origin } = keepers ?? {};
  if (certificate === undefined) return undefined;
  return { certificate, ...(origin === "existing" && { origin }) };
}

/**
 * Holds a certificate that is brought in against the one with which its generation began. Another PEM of the same
 * certificate is no change.
 *
 * @throws RunError if it is another certificate.
 */
export function checkSame(generation: string, first: string, given: string): void {
  const [was, is] = [readCertificate(first), readCertificate(given)];
  if (was.fingerprint === is.fingerprint) return;
  const sameKey = was.publicKeyFingerprint === is.publicKeyFingerprint ? ", of the same key" : "";
  throw refusal(
    `CA generation "${generation}" is ${named(was)} and is never changed in place, but config brings in another certificate${sameKey}: ${named(is)}. ` +
      `Put the old settings of authority.generations.${generation} back, and add the other certificate as a new generation`,
  );
}

/** The refusal of a certificate that would be made in place of the first one. */
export function replaced(generation: string, { certificate, origin }: FirstCertificate): Error {
  const first = readCertificate(certificate);
  if (origin === "existing") {
    return refusal(
      `CA generation "${generation}" is ${named(first)}, which was brought in, and is never changed in place, but config brings in no certificate, so a new one would be made. ` +
        `Put authority.generations.${generation}.certificate back, and add what is to be made as a new generation`,
    );
  }
  const { notAfter } = first;
  const why = notAfter < new Date() ? `expired on ${notAfter.toISOString()}` : "would be replaced";
  return refusal(
    `CA generation "${generation}" ${why}, but is never renewed in place: remove it, and let another generation sign`,
  );
}

function named({ subject, fingerprint }: Certificate): string {
  return `${subject.text} (SHA-256 ${fingerprint})`;
}
