import { isDeepStrictEqual } from "node:util";
import type { Properties } from "./fake-types";
import { reveal, visible } from "./wire";

/** A resource in a stack's state, as everything is sent over the wire. */
export interface Stored {
  readonly type: string;
  readonly name: string;
  readonly inputs: unknown;
  /** Outputs that a component registered. */
  readonly outputs: unknown;
}

/** State after an update, by URN. */
export type State = ReadonlyMap<string, Stored>;

/** Knowledge of the engine besides the program. */
export interface Surroundings {
  /** State of the stack after earlier updates. */
  readonly state: State;
  /** Outputs of other stacks by full name, as sent over the wire. */
  readonly stacks: Readonly<Record<string, unknown>>;
}

/** Outputs of a resource if nothing about it changes, except what its options ignore. */
export function keptOutputs(
  state: State,
  {
    type,
    name,
    inputs,
  }: { readonly type: string; readonly name: string; readonly inputs: unknown },
  ignored: readonly string[],
): Properties | undefined {
  const stored = [...state.values()].find((each) => each.type === type && each.name === name);
  const compared = (properties: unknown) =>
    Object.entries((reveal(properties) ?? {}) as Properties)
      .filter(([key]) => !ignored.includes(key))
      .sort(([one], [other]) => (one < other ? -1 : 1));
  const unchanged = stored && isDeepStrictEqual(compared(stored.inputs), compared(inputs));
  return unchanged ? (stored.outputs as Properties | undefined) : undefined;
}

/** Answers programs' invocations of the engine itself, like the engine with secrets in plain text. */
export function answer(token: string, inputs: Properties, surroundings: Surroundings): Properties {
  switch (token) {
    case "pulumi:pulumi:readStackOutputs":
      return stackOutputs(String(inputs.name), surroundings);
    case "pulumi:pulumi:readStackResourceOutputs": {
      const outputs = [...surroundings.state].map(([urn, stored]) => {
        return [urn, { type: stored.type, outputs: reveal(stored.outputs) }] as const;
      });
      return { name: inputs.stackName, outputs: Object.fromEntries(outputs) };
    }
    default:
      return {};
  }
}

function stackOutputs(name: string, { stacks }: Surroundings): Properties {
  const outputs = stacks[name];
  if (outputs === undefined) {
    const message = `invocation of pulumi:pulumi:readStackOutputs returned an error: unknown stack "${name}"`;
    throw Object.assign(new Error(message), { details: message });
  }
  const secret = Object.entries(outputs as Properties)
    .filter(([, value]) => !isDeepStrictEqual(visible(value), reveal(value)))
    .map(([output]) => output);
  return { name, outputs: reveal(outputs), secretOutputNames: secret };
}
