import type { CustomResourceOptions, Output } from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { withoutDependencies } from "../outputs";
import { derive } from "./database-passwords";

/** Returns the name of the resource with the generated secret of a backend's registry. */
export function registrySecretOf(name: string): string {
  return `${name}-registry-secret`;
}

/**
 * Returns the secret that the pods of a backend's registry share. Otherwise docker-registry generates a new one at every
 * upgrade, which rolls its pods (2.2.2 and 2.2.3, `templates/secret.yaml`).
 *
 * It is derived from a password that stays, since a secret of its own would be one more resource for each organization.
 *
 * @param password the password of the backend's bundled database; undefined if there is none.
 */
export function registrySecret(
  name: string,
  password: Output<string> | undefined,
  options: CustomResourceOptions,
): Output<string> {
  return password === undefined
    ? new RandomPassword(registrySecretOf(name), { length: 32, special: false }, options).result
    : withoutDependencies(password.apply((text) => derive(text, "docker-registry haSharedSecret")));
}
