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
