import { runtime } from "@pulumi/pulumi";

/** Outputs by name, or the reason why there are none, as a clause. */
export type Published =
  { readonly outputs: Readonly<Record<string, unknown>> } | { readonly unreadable: string };

/** Reads the public outputs of other stacks, each only once. */
export class OtherStacks {
  private readonly read = new Map<string, Promise<Published>>();

  /**
   * Returns the outputs that a stack published in its last update, without secret ones.
   *
   * The engine is queried directly, without a StackReference: that would end the program if the stack is missing, and
   * would leave a copy of all its outputs in this stack's state.
   */
  outputsOf(stack: string): Promise<Published> {
    const known = this.read.get(stack) ?? readOutputs(stack);
    this.read.set(stack, known);
    return known;
  }
}

async function readOutputs(stack: string): Promise<Published> {
  try {
    const { outputs, secretOutputNames } = (await runtime.invoke("pulumi:pulumi:readStackOutputs", {
      name: stack,
    })) as { outputs: Record<string, unknown>; secretOutputNames?: readonly string[] };
    const open = Object.entries(outputs).filter(([name]) => !secretOutputNames?.includes(name));
    return { outputs: Object.fromEntries(open) };
  } catch (error) {
    return { unreadable: `stack ${stack} cannot be read (${reasonOf(error)})` };
  }
}

/** The engine's message without its usual beginning and everything after its first line. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split("\n")[0] ?? "").replace(/^.*returned an error: /, "").trim();
}
