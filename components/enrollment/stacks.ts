import { getOrganization, getProject, getStack, runtime } from "@pulumi/pulumi";

/** Outputs by name, or why there are none, as a clause. */
export type Published =
  { readonly outputs: Readonly<Record<string, unknown>> } | { readonly unreadable: string };

/** The public outputs of other stacks, each read once. */
export class OtherStacks {
  private readonly read = new Map<string, Promise<Published>>();

  /**
   * What a stack published in its last update. Secret outputs are not among it.
   *
   * It is asked of the engine and not made a StackReference: that would end the program where the stack is
   * missing, and leave a copy of all its outputs in this stack's state.
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

/** What this stack's components registered as outputs in earlier updates, by type and name. */
export class StackMemory {
  private constructor(private readonly entries: readonly [string, unknown][]) {}

  /** Read from the state, where it also survives an update that failed or was killed. */
  static async read(): Promise<StackMemory> {
    const stackName = `${getOrganization()}/${getProject()}/${getStack()}`;
    const { outputs } = (await runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
      stackName,
    })) as { outputs?: Record<string, { type: string; outputs: unknown }> };
    // The engine hands out keys in clear here: only components of ours are kept, whose outputs are public.
    const own = Object.entries(outputs ?? {}).filter(([, { type }]) =>
      type.startsWith("countersign:"),
    );
    return new StackMemory(
      own.map(([urn, { type, outputs: registered }]) => [
        `${type}::${urn.slice(urn.lastIndexOf("::") + 2)}`,
        registered,
      ]),
    );
  }

  /** The outputs of one component; undefined if it was never deployed. */
  of(type: string, name: string): unknown {
    return this.entries.find(([key]) => key === `${type}::${name}`)?.[1];
  }

  /** The outputs of all components of a type. */
  all(type: string): unknown[] {
    return this.entries.filter(([key]) => key.startsWith(`${type}::`)).map(([, value]) => value);
  }
}

/** The engine's message, without what every such message begins with and what comes after its first line. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split("\n")[0] ?? "").replace(/^.*returned an error: /, "").trim();
}
