import {
  keptByChoreoConnect,
  readChoreoConnect,
  type ChoreoConnectStack,
  type KeptMaterial,
} from "../../../../systems/choreo-connect/outputs";
import { example, outputsOf, withBackends } from "../../choreo-connect/make-stack";
import { runStack } from "../../run-stack";

/** Outputs of a stack, and the secret ones. */
export interface Published {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly stack: ChoreoConnectStack;
  readonly kept: KeptMaterial;
}

/** Deploys an example, with more settings of some backends, and reads its outputs like the CLI. */
export async function publish(
  target: "kubernetes" | "compose",
  more: Readonly<Record<string, object>> = {},
): Promise<Published> {
  const run = await runStack(withBackends(example(target), more));
  if (run.errors.length > 0) throw new Error(run.errors.join());
  const outputs = JSON.parse(JSON.stringify(outputsOf(run))) as Record<string, unknown>;
  return {
    outputs,
    stack: readChoreoConnect({ origin: "stack dev", content: outputs }),
    kept: keptByChoreoConnect.parse(outputs.choreoConnectKeys),
  };
}

/** Returns the outputs with a text replaced. */
export function edited(outputs: object, from: string, to: string): unknown {
  const text = JSON.stringify(outputs);
  if (!text.includes(from)) throw new Error(`the outputs have no ${from}`);
  return JSON.parse(text.replaceAll(from, to)) as unknown;
}
