import type { z } from "zod";
import { CLUSTER_DOMAIN } from "../components/kubernetes/service-names";
import { about, code } from "./about";
import { authority, type AuthorityConfig } from "./authority";
import { clusterDomain, durationOf } from "./fields";
import { ConfigError, keyOf, problemsOf, type Problem } from "./problems";
import {
  type Claims,
  type ConfiguredSystem,
  type NamespaceClaim,
  type Schemas,
  type StackConfig,
  trustersOf,
} from "./system";
import { indistinguishableGenerations, unusableGenerations } from "./generations";

export { ConfigError } from "./problems";
export type { AuthorityConfig, StackConfig };

const COMMON = {
  authority: authority.meta(
    about("The certificate authority (CA) of this stack (docs/operations.md#rotating-the-ca)"),
  ),
  clusterDomain: clusterDomain.meta(
    about("Domain of the cluster's Services", "k8s.example", code(CLUSTER_DOMAIN)),
  ),
};

/** Returns the schema of each section, by its key below `countersign:`. */
export function sectionsOf(systems: readonly ConfiguredSystem[]): Schemas {
  const own = Object.assign({}, ...systems.map(({ sections }) => sections)) as Schemas;
  return { authority: COMMON.authority, ...own, clusterDomain: COMMON.clusterDomain };
}

/**
 * Reads and checks the configuration of a stack.
 *
 * @param values the stack's configuration values by full key (`countersign:authority`), objects as JSON, secrets
 * decrypted.
 * @param systems all systems that a stack can have.
 * @throws ConfigError listing every problem with its key; secrets are never quoted.
 */
export function loadConfig<System extends ConfiguredSystem>(
  values: Readonly<Record<string, string>>,
  systems: readonly System[],
): StackConfig<System> {
  const problems: Problem[] = [];
  const schemas = sectionsOf(systems);
  const raw = new Map<string, string>();
  for (const [key, value] of Object.entries(values)) {
    const [namespace, section] = splitKey(key);
    if (namespace !== "countersign") continue;
    if (Object.hasOwn(schemas, section)) raw.set(section, value);
    else {
      const known = Object.keys(schemas).join(", ");
      problems.push({
        key: section,
        message: `is not a known section; the known sections are ${known}`,
      });
    }
  }

  const read = <S extends z.ZodType>(section: string, schema: S): z.output<S> | undefined => {
    const text = raw.get(section);
    if (text === undefined) return undefined;
    const result = schema.safeParse(parseJson(text), { reportInput: true });
    if (result.success) return result.data;
    problems.push(...problemsOf(section, result.error));
    return undefined;
  };
  const own = read("authority", authority);
  const sections = systems.map((system) =>
    Object.fromEntries(
      Object.entries(system.sections).map(([name, schema]) => [name, read(name, schema)]),
    ),
  );
  const domain = read("clusterDomain", clusterDomain) ?? CLUSTER_DOMAIN;
  if (problems.length > 0) throw new ConfigError(problems);

  const config: StackConfig<System> = {
    authority: own,
    systems: systems.flatMap((system, position) => {
      const settings = system.resolve(sections[position] ?? {}, domain);
      return settings === undefined ? [] : [{ system, settings }];
    }),
  };
  const found = inconsistencies(config);
  if (found.length > 0) throw new ConfigError(found);
  return config;
}

function splitKey(key: string): [string, string] {
  const colon = key.indexOf(":");
  return colon < 0 ? [key, ""] : [key.slice(0, colon), key.slice(colon + 1)];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // a plain string, which every section's schema refuses, with the key in its message
  }
}

/**
 * Problems that appear only when sections are checked together. Each check names the key that a person would change.
 */
function inconsistencies({ authority, systems }: StackConfig): Problem[] {
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
