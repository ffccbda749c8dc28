/** A tree of settings; leaves may be Pulumi outputs. */
export type SettingsMap = Readonly<Record<string, unknown>>;

/** Merges like Helm: maps are merged by key, and the override replaces anything else, including lists. */
export function mergeMaps(ours: SettingsMap, overrides: SettingsMap): SettingsMap {
  const merged = new Map(Object.entries(ours));
  for (const [key, override] of Object.entries(overrides)) {
    const own = merged.get(key);
    merged.set(key, isMap(own) && isMap(override) ? mergeMaps(own, override) : override);
  }
  return Object.fromEntries(merged);
}

/** Whether a value is a map of settings, i.e. neither a list nor an output (which is also an object). */
export function isMap(value: unknown): value is SettingsMap {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
