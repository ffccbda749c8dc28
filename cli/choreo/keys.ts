import { z } from "zod";
import { CannotCheck } from "../failure";
import { printSecretOutput } from "../pulumi";

/** PEM, by component. */
export type ComponentKeys = Readonly<Record<string, string>>;

const keys = z.record(z.string(), z.string());

/**
 * The keys of a project that people enter into Choreo's console: the stack's one secret output.
 *
 * @throws CannotCheck without a word of them.
 */
export async function readKeys(stack: string | undefined): Promise<ComponentKeys> {
  const text = await printSecretOutput(stack, "choreoKeys");
  try {
    return keys.parse(JSON.parse(text));
  } catch {
    throw new CannotCheck(
      "the keys in the output choreoKeys are not in the form of this version: run `pulumi up` first",
    );
  }
}
