import { CannotStart } from "./failure";

/**
 * The stacks that patterns choose; all without a pattern.
 *
 * @param patterns names, in which `*` stands for any text and `?` for one character.
 * @throws CannotStart if a pattern chooses none.
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
    throw new CannotStart(`--select ${pattern} chooses no stack; there are ${known}`);
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
