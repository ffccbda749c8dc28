import { getOrganization, getProject, getStack, runtime } from "@pulumi/pulumi";

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
