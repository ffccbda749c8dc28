import { z } from "zod";
import { guardedOverrides, type GuardedValue } from "../components/kubernetes/helm/chart-values";
import { chartValues } from "./fields";

/** What every release has. */
export const release = {
  createNamespace: z.boolean().default(true),
  timeout: z.int().min(1).max(7200).default(600),
};

/** Merged over ours, unless it would undo the wiring. */
export function values(guards: readonly GuardedValue[]) {
  return chartValues.superRefine((overrides, context) => {
    for (const { path, message } of guardedOverrides(overrides, guards)) {
      context.addIssue({ code: "custom", path: path.split("."), message });
    }
  });
}
