import type { AuthorityConfig } from "./authority";
import { trustersOf } from "./consumers";
import { durationOf } from "./duration";
import { indistinguishableGenerations, unusableGenerations } from "./generations";
import { keyOf, type Problem } from "./problems";
import type { Claims, NamespaceClaim, StackConfig } from "./system";

/**
 * Problems that appear only when sections are checked together. Each check names the key that a person would change.
 */
export function inconsistencies({ authority, systems }: StackConfig): Problem[] {
  if (!authority && systems.length === 0) {
    const message =
      "is missing, and so is every other section, so the stack has nothing to deploy (see docs/configuration.md)";
    return [{ key: "authority", message }];
  }
  const claims = systems.map(({ system, settings }) => system.claims(settings));
  const leaves = claims.flatMap((each) => each.leaves);
  return [
    ...contestedNamespaces(claims.flatMap(({ namespaces }) => namespaces)),
    ...(authority
      ? [
          ...outliving(authority, claims),
          ...unusableGenerations(authority, trustersOf(systems), leaves),
          ...indistinguishableGenerations(authority),
        ]
      : []),
    ...systems.flatMap(({ system, settings }) => system.problems(settings, authority)),
  ];
}

/**
 * Problems with certificates that would outlive their CA: they stop working with it, months before their own expiry
 * date.
 */
function outliving({ generations }: AuthorityConfig, claims: readonly Claims[]): Problem[] {
  const signing = Object.entries(generations).find(([, { state }]) => state === "signing");
  if (signing?.[1].kind !== "created") return [];
  const [name, { validityHours: caHours }] = signing;
  return claims
    .flatMap(({ lifetimes }) => lifetimes)
    .filter(({ hours }) => hours >= caHours)
    .map(({ path, hours }) => ({
      key: keyOf([...path, "certificate", "validity"]),
      message: `${durationOf(hours)} would outlive the CA: authority.generations.${name} is valid for ${durationOf(caHours)}`,
    }));
}

/** Problems with claims to one namespace that disagree on whether it is created. */
function contestedNamespaces(claims: readonly NamespaceClaim[]): Problem[] {
  return claims.flatMap(({ path, namespace, createNamespace }, position) => {
    const other = claims.slice(0, position).find((each) => each.namespace === namespace);
    if (!other || other.createNamespace === createNamespace) return [];
    const message = `is ${createNamespace}, but ${keyOf([...other.path, "createNamespace"])} is ${other.createNamespace} for the same namespace "${namespace}"`;
    return [{ key: keyOf([...path, "createNamespace"]), message }];
  });
}
