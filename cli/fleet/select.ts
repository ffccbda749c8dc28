import { CannotStart } from "./failure";

/**
 * Returns the stacks that match a pattern; all of them if there is no pattern.
 *
 * @param patterns names in which `*` matches any text and `?` matches one character.
 * @throws CannotStart if a pattern matches no stack.
 */
export function selectStacks<S extends { readonly name: string }>(
  stacks: readonly S[],
  patterns: readonly string[] = [],
): readonly S[] {
  if (patterns.length === 0) return stacks;
  const expressions = patterns.map((pattern) => ({ pattern, expression: expressionOf(pattern) }));
  for (const { pattern, expression } of expressions) {
    if (stacks.some(({ name }) => expression.test(name))) continue;
    const known = stacks.map(({ name }) => name).join(", ");
    throw new CannotStart(`--select ${pattern} matches no stack; the stacks are ${known}`);
  }
  return stacks.filter(({ name }) => expressions.some(({ expression }) => expression.test(name)));
}

function expressionOf(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`);
}
