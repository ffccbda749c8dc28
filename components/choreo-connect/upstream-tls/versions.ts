/** By the names of the adapter's config.toml, oldest first; any other string silently means "automatic" there. */
export const TLS_VERSIONS = ["TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

/** Below zero if the first is older, as `sort` wants it. */
export function compareVersions(one: TlsVersion, other: TlsVersion): number {
  return TLS_VERSIONS.indexOf(one) - TLS_VERSIONS.indexOf(other);
}
