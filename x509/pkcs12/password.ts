import { Pkcs12Error } from "./pkcs12-error";

/**
 * Length of the shortest password with which keytool writes a store. With a shorter one, nobody could change the
 * password later.
 */
const SHORTEST_PASSWORD = 6;

/**
 * Describes why a text cannot be the password of a store for Java and others.
 * @param password the password, which is never quoted
 * @returns the end of a sentence that begins with what the password is for, or undefined if it can be used
 */
export function storePasswordProblem(password: string): string | undefined {
  if (/[\r\n]$/.test(password))
    return "ends with a line break, which Java takes for a part of it: write it with `printf %s`, not with `echo`";
  // Java's PBE key refuses everything else, while OpenSSL accepts it: only some readers could open such a store.
  if (/[^ -~]/.test(password))
    return "has characters outside printable ASCII, with which Java cannot open a store";
  if (/^ | $/.test(password))
    return "begins or ends with a space, which configuration files lose on the way";
  if (password.length < SHORTEST_PASSWORD)
    return `is shorter than ${SHORTEST_PASSWORD} characters, which keytool refuses`;
  return undefined;
}

/**
 * Checks a store's password.
 * @throws Pkcs12Error with the text of {@link storePasswordProblem}
 */
export function assertStorePassword(password: string): void {
  const problem = storePasswordProblem(password);
  if (problem !== undefined) throw new Pkcs12Error(`The store's password ${problem}.`);
}
