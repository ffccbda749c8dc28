import { z } from "zod";
import type { StackLinks } from "../../verify/system";
import { keyNames } from "../../config/named-keys";

const organizations = recordOf(
  z.object({
    signedBy: z.object({ stack: z.string().optional() }).optional().catch(undefined),
    certificate: z
      .object({ keys: z.array(z.string()).optional(), key: z.unknown().optional() })
      .optional()
      .catch(undefined),
  }),
);

const enrollments = recordOf(
  z.object({ request: z.object({ stack: z.string().optional() }).optional().catch(undefined) }),
);

const outputs = z.object({
  requests: z
    .object({ organizations: z.record(z.string(), z.object({ key: z.string() }).partial()) })
    .optional()
    .catch(undefined),
});

function recordOf<S extends z.ZodType>(each: S) {
  return z.record(z.string(), each.optional().catch(undefined)).catch({});
}

/** Links of a consortium's stack and the stacks of its organizations. */
export const links: StackLinks = {
  signed: (config) =>
    Object.entries(organizations.parse(config["countersign:organizations"])).flatMap(
      ([party, { signedBy, certificate } = {}]) =>
        signedBy === undefined
          ? []
          : [{ party, signer: signedBy.stack, key: keyNames(certificate ?? {}).at(-1) ?? "" }],
    ),
  requestsFrom: (config) =>
    Object.values(enrollments.parse(config["countersign:enrollments"])).flatMap(
      (enrollment) => enrollment?.request?.stack ?? [],
    ),
  published: (content) => {
    const published = outputs.parse(content).requests?.organizations ?? {};
    return new Map(
      Object.entries(published).flatMap(([party, { key }]) =>
        key === undefined ? [] : [[party, key] as const],
      ),
    );
  },
};
