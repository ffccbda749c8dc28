import { registrySecretOf } from "./registry-secret";

/** Resources of a backend that only older states have. */
export interface FormerResources {
  /** Whether its CAs are in an object of their own, instead of the Secret with its pair. */
  readonly caBundle?: boolean;
  /** Whether the secret of its registry was generated, instead of derived from the password of its database. */
  readonly registrySecret?: boolean;
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
    registrySecret: has("random:index/randomPassword:RandomPassword", registrySecretOf(name)),
  };
}

/** Returns the name of the object with a backend's CAs. */
export function caBundleOf(name: string): string {
  return `${name}-ca-bundle`;
}
