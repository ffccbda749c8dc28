import { existsSync } from "node:fs";
import { join } from "node:path";
import { FILES, readPublicFile } from "../../../enrollment/files";
import type { SortedGenerations, TrustPolicy } from "../../../enrollment/trust";
import { readCertificates } from "../../../x509";
import type { TrustStatus } from "./verdict";

/**
 * The CAs that were taken in before, which is when they were trusted if they were at first use. The stack's state
 * has the last word on that.
 */
export function trustedBefore(directory: string): readonly string[] | undefined {
  const path = join(directory, FILES.trust);
  if (!existsSync(path)) return undefined;
  return readCertificates(readPublicFile(path), path).map(({ fingerprint }) => fingerprint);
}

/** How each CA stands in `signedBy.trust`. */
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

/** What `signedBy.trust` would be with the CAs that are not pinned yet. */
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
