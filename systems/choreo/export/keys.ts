import { z } from "zod";
import { readSecretOutput } from "../../../command/secret-output";

/** PEM, by component. */
export type ComponentKeys = Readonly<Record<string, string>>;

/** The keys of a project that people enter into Choreo's console. */
export function readKeys(stack: string | undefined): Promise<ComponentKeys> {
  return readSecretOutput(stack, "choreoKeys", z.record(z.string(), z.string()));
}
