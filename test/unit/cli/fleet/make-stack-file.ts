import type { StackFile } from "../../../../cli/fleet/stack-folder";

/**
 * A stack with a party for each of its signers.
 *
 * @param signers names of stacks; undefined for one that exchanges files.
 */
export const stack = (
  name: string,
  signers: readonly (string | undefined)[] = [],
  takesRequestsOf: readonly string[] = [],
): StackFile => ({
  name,
  signed: signers.map((signer, position) => ({ party: `M${position}`, signer, key: "k1" })),
  takesRequestsOf,
  cluster: {},
});
