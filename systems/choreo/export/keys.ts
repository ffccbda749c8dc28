import { z } from "zod";
import { readSecretOutput } from "../../../command/secret-output";

/** Private keys as PEM, by component. */
export type ComponentKeys = Readonly<Record<string, string>>;

/** Reads the keys of a project that people enter by hand. */
export function readKeys(stack: string | undefined): Promise<ComponentKeys> {
  return readSecretOutput(stack, "choreoKeys", z.record(z.string(), z.string()));
}
