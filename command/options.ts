import { Option, type Command } from "commander";
import type { OutputSource } from "./stack-outputs";

/** Gathers the values of an option that may be repeated, for commander. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Options that say where a stack's outputs come from. */
export interface SourceOptions {
  readonly stack?: string;
  readonly outputs?: string;
}

/** Declares the options that say where a stack's outputs come from. */
export function withSource(command: Command): Command {
  return command
    .option("-s, --stack <name>", "the Pulumi stack (default: the selected one)")
    .addOption(
      new Option(
        "--outputs <file>",
        "its outputs, as `pulumi stack output --json` prints them",
      ).conflicts("stack"),
    );
}

export function sourceOf({ stack, outputs }: SourceOptions): OutputSource {
  return outputs === undefined ? { kind: "stack", name: stack } : { kind: "file", path: outputs };
}
