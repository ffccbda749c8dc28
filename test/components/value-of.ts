import type { Output } from "@pulumi/pulumi";

/** Value of an output that is known once its program is done. */
export function valueOf<T>(output: Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}

/** Whether an output has a value. In a preview, not all have. */
export async function isKnown(output: Output<unknown>): Promise<boolean> {
  return (output as unknown as { readonly isKnown: Promise<boolean> }).isKnown;
}
