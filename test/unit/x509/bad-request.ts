import type { ViolationCode } from "../../../x509";

/** One row of the negative corpus: a request that must be refused, and the exact reasons. */
export interface BadRequest {
  readonly name: string;
  readonly make: () => string;
  readonly codes: readonly ViolationCode[];
}

/** Makes a row of the negative corpus. */
export function bad(name: string, codes: readonly ViolationCode[], make: () => string): BadRequest {
  return { name, codes, make };
}
