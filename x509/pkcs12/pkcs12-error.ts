/** Thrown for a store that cannot be written or read. The message is for people and never quotes a key or a password. */
export class Pkcs12Error extends Error {
  override readonly name = "Pkcs12Error";
}
