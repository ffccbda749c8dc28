import { z } from "zod";
import { about } from "./about";
import type { Refuse } from "./fields";

/** Name of an existing key among the names of a party's keys. */
export const EXISTING = "existing";

const keyName = z.string().regex(/^[a-z][a-z\d-]{0,15}$/, {
  error: () =>
    "name keys with 1 to 16 lower-case letters, digits and hyphens, starting with a letter, for example k2",
});

/** Names of a party's keys. Another stack signs its request, so a new key must wait beside the one in use. */
export const namedKeys = z
  .array(keyName)
  .min(1)
  .refine((names) => new Set(names).size === names.length, { error: "lists a key twice" })
  .optional()
  .meta(
    about("Names of its keys; a certificate is requested for the last one", ["k1", "k2"], "`[k1]`"),
  );

/** Returns the names of a party's keys. An existing key has a reserved name. */
export function keyNames(given: {
  readonly keys?: readonly string[] | undefined;
  readonly key?: unknown;
}): readonly string[] {
  return given.keys ?? [given.key === undefined ? "k1" : EXISTING];
}

/** Refuses names that do not fit to the given key. */
export function checkKeyNames(
  given: {
    readonly keys?: readonly string[] | undefined;
    readonly key?: string | undefined;
    readonly existing?: string | undefined;
  },
  refuse: Refuse,
): void {
  const { key, existing } = given;
  const hasName = keyNames(given).includes(EXISTING);
  if (hasName && key === undefined) {
    refuse(
      "keys",
      `lists "${EXISTING}", but there is no such key; set certificate.key as a secret`,
    );
  }
  if (!hasName && key !== undefined) {
    const unused = existing === undefined ? "key" : "key and existing";
    refuse(
      "keys",
      `does not list "${EXISTING}", so nothing would use the given key: remove ${unused}`,
    );
  }
}
