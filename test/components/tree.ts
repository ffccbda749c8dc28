import type { Registered } from "./mock-engine";

/** Resources as a tree, one per line, indented below their parents, as `pulumi up` shows them. */
export function treeOf(resources: readonly Registered[]): string[] {
  const below = (parent: string, depth: number): string[] =>
    resources
      .filter((resource) => resource.parent === parent)
      .sort((one, other) => (one.urn < other.urn ? -1 : 1))
      .flatMap(({ type, name, urn }) => [
        `${"  ".repeat(depth)}${type} ${name}`,
        ...below(urn, depth + 1),
      ]);
  return below("", 0);
}

/** Finds the only resource with a name and, if the name alone is ambiguous, with a type that ends in the given text. */
export function find(resources: readonly Registered[], name: string, type = ""): Registered {
  const found = resources.filter((each) => each.name === name && each.type.endsWith(type));
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`${found.length} resources are called ${name}`);
  return only;
}
