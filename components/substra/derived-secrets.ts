import { hkdfSync } from "node:crypto";
import {
  secret,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Output,
} from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword";
import { QuietComponent, withoutDependencies } from "../outputs";

/**
 * Passwords of bundled databases, all derived from one random value (HKDF, RFC 5869), so that each further organization
 * costs no resource for its password. A password depends on nothing but this value and the organization's name, and
 * reveals neither the value nor another password.
 */
export class DatabasePasswords extends QuietComponent {
  private readonly seed: Output<string>;

  constructor(name: string, opts?: ComponentResourceOptions) {
    super("countersign:substra:DatabasePasswords", name, {}, opts);
    // 64 letters and digits are more random than the 32 bytes that HKDF uses.
    this.seed = new RandomPassword(
      `${name}-seed`,
      { length: 64, special: false },
      { parent: this },
    ).result;
  }

  /** Returns the password of a backend's database; secret. It has only digits and letters, as a URL needs it. */
  of(backend: string): Output<string> {
    return secret(this.seed).apply((seed) => derive(seed, `database of ${backend}`));
  }
}

/** Derives a secret of 128 bits, in hex, from another one. */
function derive(from: string, purpose: string): string {
  return Buffer.from(hkdfSync("sha256", from, "", `countersign ${purpose}`, 16)).toString("hex");
}

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
