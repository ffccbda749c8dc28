import { isUnknown, type Maybe } from "../value";

/** Whether two values differ; an unknown value counts as the same. */
export function differs(one: Maybe<string>, other: Maybe<string>): boolean {
  return !isUnknown(one) && !isUnknown(other) && one !== other;
}

/** Names on only one of two sides; undefined if a side is unknown. */
export function nameDifferences(
  before: Maybe<readonly string[]>,
  after: Maybe<readonly string[]>,
): { readonly added: readonly string[]; readonly removed: readonly string[] } | undefined {
  if (isUnknown(before) || isUnknown(after)) return undefined;
  const [was, is] = [new Set(before), new Set(after)];
  return {
    added: after.filter((name) => !was.has(name)),
    removed: before.filter((name) => !is.has(name)),
  };
}

export function namesDiffer(
  before: Maybe<readonly string[]>,
  after: Maybe<readonly string[]>,
): boolean {
  const found = nameDifferences(before, after);
  return found !== undefined && found.added.length + found.removed.length > 0;
}

/** Orders by code points, whatever the locale. */
export function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

export function textOf(value: Maybe<string>): string {
  return isUnknown(value) ? "unknown" : value;
}
