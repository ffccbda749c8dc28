import { keyOf, type Problem } from "./problems";
import type { NamespaceClaim } from "./system";

/** Problems with claims to one namespace that disagree on whether it is created. */
export function contestedNamespaces(claims: readonly NamespaceClaim[]): Problem[] {
  return claims.flatMap(({ path, namespace, createNamespace }, position) => {
    const other = claims.slice(0, position).find((each) => each.namespace === namespace);
    if (!other || other.createNamespace === createNamespace) return [];
    const message = `is ${createNamespace}, but ${keyOf([...other.path, "createNamespace"])} is ${other.createNamespace} for the same namespace "${namespace}"`;
    return [{ key: keyOf([...path, "createNamespace"]), message }];
  });
}
