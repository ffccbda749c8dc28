import type { ComponentResource, Input } from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random/randomId";
import { readCertificate, type Certificate } from "../../x509";
import { refusal } from "./checks";

/** The first certificate of a CA generation. */
interface FirstCertificate {
  readonly certificate: string;
  /** Undefined if the certificate was created here. */
  readonly origin?: "existing";
}

/**
 * Remembers a generation's first certificate. The state keeps it until the generation is dropped, whatever the
 * configuration says later, so that a preview notices another certificate under the same name.
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

/** Returns the content of a memory; undefined if it is empty. */
export function recalled(
  keepers: Readonly<Record<string, string>> | undefined,
): FirstCertificate | undefined {
  const { certificate, origin } = keepers ?? {};
  if (certificate === undefined) return undefined;
  return { certificate, ...(origin === "existing" && { origin }) };
}

/**
 * Compares an imported certificate with the first certificate of its generation. A different PEM of the same
 * certificate is not a change.
 *
 * @throws RunError if it is another certificate.
 */
export function checkSame(generation: string, first: string, given: string): void {
  const [was, is] = [readCertificate(first), readCertificate(given)];
  if (was.fingerprint === is.fingerprint) return;
  const sameKey = was.publicKeyFingerprint === is.publicKeyFingerprint ? ", of the same key" : "";
  throw refusal(
    `CA generation "${generation}" is ${named(was)} and is never changed in place, but config has another certificate${sameKey}: ${named(is)}. ` +
      `Restore the old settings of authority.generations.${generation}, and add the other certificate as a new generation`,
  );
}

/** Creates the error for a certificate that would replace the first one. */
export function replaced(generation: string, { certificate, origin }: FirstCertificate): Error {
  const first = readCertificate(certificate);
  if (origin === "existing") {
    return refusal(
      `CA generation "${generation}" is ${named(first)}, which was imported, and is never changed in place, but config has no certificate, so a new one would be created. ` +
        `Restore authority.generations.${generation}.certificate, and add the CA to create as a new generation`,
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
