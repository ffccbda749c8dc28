import { isUnknown, type Maybe } from "../value";

/** What is not known is not called different. */
export function differs(one: Maybe<string>, other: Maybe<string>): boolean {
  return !isUnknown(one) && !isUnknown(other) && one !== other;
}

/** Names that are only on one of two sides; undefined if a side is not known. */
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
