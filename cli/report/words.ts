/** Most parties that a danger names; a hundred would hide what it is about. */
const NAMED = 5;

/**
 * Names in a sentence: `A`, `A and B`, `A, B and 3 more`.
 *
 * @param most number of names that are shown. @default 5
 */
export function listed(names: readonly string[], most = NAMED): string {
  // Naming one more takes no more room than "1 more".
  const shown = names.length <= most + 1 ? names : names.slice(0, most);
  const hidden = names.length - shown.length;
  const parts = hidden > 0 ? [...shown, `${hidden} more`] : [...shown];
  const last = parts.pop() ?? "nobody";
  return parts.length === 0 ? last : `${parts.join(", ")} and ${last}`;
}

export function capitalized(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** Groups of entries with the same key, in the order in which the keys first occur. */
export function grouped<T>(entries: readonly T[], keyOf: (entry: T) => string): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  return [...groups.values()];
}

/** E.g. `2026-01-31`, in UTC. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** The beginning of a fingerprint in hex, which is enough to distinguish certificates. */
export function shortOf(fingerprint: string): string {
  return `${fingerprint.slice(0, 16)}…`;
}

/** Orders by code points, whatever the locale. */
export function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
