/**
 * TLS versions with their names in the adapter's config.toml, oldest first. There, any other string silently means
 * "automatic".
 */
export const TLS_VERSIONS = ["TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

/** Compares two versions as `sort` needs it: below zero if the first is older. */
export function compareVersions(one: TlsVersion, other: TlsVersion): number {
  return TLS_VERSIONS.indexOf(one) - TLS_VERSIONS.indexOf(other);
}
