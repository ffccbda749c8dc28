import { databasePasswordOf } from "./database";
import { registrySecretOf } from "./registry-secret";

/** Resources of a backend that only older states have. */
export interface FormerResources {
  /** Whether its CAs are in an object of their own, instead of the Secret with its pair. */
  readonly caBundle?: boolean;
  /** Whether the secret of its registry was generated, instead of derived from the password of its database. */
  readonly registrySecret?: boolean;
  /** Whether the password of its database was generated for it, instead of derived (see DatabasePasswords). */
  readonly databasePassword?: boolean;
}

/**
 * Finds the resources of a backend that only older states have. They stay, so that nothing rolls.
 *
 * @param name name of the backend.
 * @param has whether the state has a resource.
 */
export function formerResources(
  name: string,
  has: (type: string, name: string) => boolean,
): FormerResources {
  const bundle = caBundleOf(name);
  return {
    caBundle: ["Secret", "ConfigMap"].some((kind) => has(`kubernetes:core/v1:${kind}`, bundle)),
    registrySecret: has(PASSWORD, registrySecretOf(name)),
    databasePassword: has(PASSWORD, databasePasswordOf(databaseOf(name))),
  };
}

const PASSWORD = "random:index/randomPassword:RandomPassword";

/** Returns the name of the Secret with the login of a backend's database. */
export function databaseOf(name: string): string {
  return `${name}-database`;
}

/** Returns the name of the object with a backend's CAs. */
export function caBundleOf(name: string): string {
  return `${name}-ca-bundle`;
}
