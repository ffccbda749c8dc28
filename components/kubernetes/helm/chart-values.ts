/** Values of a Helm chart, or another tree of settings; leaves may be Pulumi outputs. */
export type ChartValues = Readonly<Record<string, unknown>>;

/** A value that Countersign sets and an override must not change, and the reason. */
export interface GuardedValue {
  readonly path: string;
  readonly reason: string;
  /** The only value that an override may repeat. */
  readonly allowed?: unknown;
}

/** Merges like Helm: maps are merged by key, and the override replaces anything else, including lists. */
export function mergeValues(ours: ChartValues, overrides: ChartValues): ChartValues {
  const merged = new Map(Object.entries(ours));
  for (const [key, override] of Object.entries(overrides)) {
    const own = merged.get(key);
    merged.set(key, isMap(own) && isMap(override) ? mergeValues(own, override) : override);
  }
  return Object.fromEntries(merged);
}

/** Whether a value is a map of settings, i.e. neither a list nor an output (which is also an object). */
export function isMap(value: unknown): value is ChartValues {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

/** Finds overrides that would change a guarded value, with the path and the reason why each is refused. */
export function guardedOverrides(
  overrides: ChartValues,
  guards: readonly GuardedValue[],
): { path: string; message: string }[] {
  return leavesOf(overrides).flatMap(({ path, value }) => {
    const guard = guards.find(
      (each) =>
        path === each.path ||
        isWithin(path, each.path) ||
        // An empty map changes nothing in the map that it is merged over.
        (isWithin(each.path, path) && !isMap(value)),
    );
    if (!guard || (guard.allowed !== undefined && path === guard.path && value === guard.allowed))
      return [];
    return [{ path, message: `may not be overridden: ${guard.reason}` }];
  });
}

function leavesOf(values: ChartValues, prefix = ""): { path: string; value: unknown }[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const path = prefix + key;
    // An empty map is a leaf: merged over anything but a map, it replaces that value, and Helm treats it as false.
    return isMap(value) && Object.keys(value).length > 0
      ? leavesOf(value, `${path}.`)
      : [{ path, value }];
  });
}

function isWithin(path: string, ancestor: string): boolean {
  return path.startsWith(`${ancestor}.`);
}
