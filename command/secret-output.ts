import type { z } from "zod";
import { CannotCheck } from "./failure";
import { printSecretOutput } from "./pulumi";

/**
 * Reads a secret output of a stack, with what people take elsewhere.
 *
 * @param stack its name. @default - the selected one
 * @throws CannotCheck without a word of what is in it.
 */
export async function readSecretOutput<T>(
  stack: string | undefined,
  output: string,
  form: z.ZodType<T>,
): Promise<T> {
  const text = await printSecretOutput(stack, output);
  try {
    return form.parse(JSON.parse(text));
  } catch {
    throw new CannotCheck(
      `the keys in the output ${output} are not in the form of this version: run \`pulumi up\` first`,
    );
  }
}
