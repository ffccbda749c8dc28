import { z } from "zod";

const source = {
  value: z.string().optional(),
  valueFrom: z
    .object({ secretKeyRef: z.object({ name: z.string(), key: z.string() }).optional() })
    .optional(),
};

/** Variables and files of a container, in the form of Workloads, their releases, and overrides for an environment. */
export const container = z.object({
  env: z.array(z.object({ key: z.string(), ...source })).default([]),
  files: z.array(z.object({ key: z.string(), mountPath: z.string(), ...source })).default([]),
});

export type Container = z.output<typeof container>;

export const workload = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    owner: z.object({ projectName: z.string(), componentName: z.string() }),
    container,
  }),
});

/** Conditions in the form in which controllers write them into a status. */
export const conditions = z
  .array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() }))
  .default([]);

const LONGEST_MESSAGE = 300;

/**
 * Explains why an object is not ready.
 *
 * @returns its controller's message, made safe to print; undefined if the object is ready.
 */
export function whyNotReady(found: z.output<typeof conditions> | undefined): string | undefined {
  const ready = found?.find(({ type }) => type === "Ready");
  if (ready === undefined) return "its controller has not processed it yet";
  if (ready.status === "True") return undefined;
  const message = (ready.message ?? "").replace(/\p{C}+/gu, " ").trim();
  return message === "" ? "its controller gives no reason" : message.slice(0, LONGEST_MESSAGE);
}
