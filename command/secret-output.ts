import type { z } from "zod";
import { CannotCheck } from "./failure";
import { printSecretOutput, type StackAccess } from "./pulumi";

/**
 * Reads a secret output of a stack, which holds what people take elsewhere.
 *
 * @throws CannotCheck, whose message quotes nothing of the output.
 */
export async function readSecretOutput<T>(
  stack: StackAccess,
  output: string,
  form: z.ZodType<T>,
): Promise<T> {
  const text = await printSecretOutput(stack, output);
  try {
    return form.parse(JSON.parse(text));
  } catch {
    throw new CannotCheck(
      `the keys in the output ${output} do not have this version's format: run \`pulumi up\` first`,
    );
  }
}
