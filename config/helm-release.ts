import { z } from "zod";
import { guardedOverrides, type GuardedValue } from "../components/kubernetes/helm/chart-values";
import { about } from "./about";
import { chartValues } from "./fields";

/** Documentation of every key `createNamespace`. */
export const createNamespaceAbout = about(
  "Whether the stack creates the namespace; otherwise it must already exist",
  true,
);

/** Keys that every release has. */
export const release = {
  createNamespace: z.boolean().default(true).meta(createNamespaceAbout),
  timeout: z
    .int()
    .min(1)
    .max(7200)
    .default(600)
    .meta(about("Seconds for an installation or upgrade, which is rolled back if it fails", 900)),
};

/** Values that are merged over the computed ones; those that would break TLS are refused. */
export function values(guards: readonly GuardedValue[]) {
  return chartValues
    .superRefine((overrides, context) => {
      for (const { path, message } of guardedOverrides(overrides, guards)) {
        context.addIssue({ code: "custom", path: path.split("."), message });
      }
    })
    .meta(
      about("Helm values merged over the defaults; those that would break TLS are refused", {
        nodeSelector: { pool: "tls" },
      }),
    );
}
