import { existsSync } from "node:fs";
import { join } from "node:path";
import { FILES, readPublicFile } from "../../../enrollment/files";
import type { SortedGenerations, TrustPolicy } from "../../../enrollment/trust";
import { readCertificates } from "../../../x509";
import type { TrustStatus } from "./verdict";

/**
 * Returns fingerprints of the CAs that were imported before, which is when CAs are trusted at first use. The stack's
 * state is authoritative on that.
 */
export function trustedBefore(directory: string): readonly string[] | undefined {
  const path = join(directory, FILES.trust);
  if (!existsSync(path)) return undefined;
  return readCertificates(readPublicFile(path), path).map(({ fingerprint }) => fingerprint);
}

/** Returns the status of each CA in `signedBy.trust`. */
export function statuses(
  { trusted, unknown }: SortedGenerations,
  { fingerprints }: TrustPolicy,
): Record<string, TrustStatus> {
  return Object.fromEntries([
    ...trusted.map(({ name, certificate: { fingerprint } }): [string, TrustStatus] => [
      name,
      fingerprints.includes(fingerprint) ? "pinned" : "first-use",
    ]),
    ...unknown.map(({ name }): [string, TrustStatus] => [name, "not-pinned"]),
  ]);
}

/** Proposes `signedBy.trust` with the CAs that are not pinned yet. */
export function proposalToTrust(
  mspId: string,
  { unknown }: SortedGenerations,
  { fingerprints, firstUse }: TrustPolicy,
): string {
  const entries = [
    ...fingerprints,
    ...(firstUse ? ["first-use"] : []),
    ...unknown.map(
      ({ name, certificate }) => `${certificate.fingerprint} # ${name}, once you have compared it`,
    ),
  ];
  return [
    "countersign:organizations:",
    `  ${mspId}:`,
    "    signedBy:",
    "      trust:",
    ...entries.map((entry) => `        - ${entry}`),
    "",
  ].join("\n");
}
