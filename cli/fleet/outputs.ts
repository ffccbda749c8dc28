import { z } from "zod";
import type { SignedOrganization } from "./stack-file";

const schema = z.object({
  requests: z
    .object({ organizations: z.record(z.string(), z.object({ key: z.string() }).partial()) })
    .optional()
    .catch(undefined),
  waiting: z.record(z.string(), z.string()).default({}).catch({}),
});

/** The part of a stack's public outputs that the fleet uses. */
export class PublishedOutputs {
  private constructor(private readonly outputs: z.output<typeof schema>) {}

  static of(outputs: unknown): PublishedOutputs {
    return new PublishedOutputs(schema.parse(outputs));
  }

  /** Whether each organization has published a request for its configured key. */
  hasRequests(organizations: readonly SignedOrganization[]): boolean {
    const published = this.outputs.requests?.organizations ?? {};
    return organizations.every(({ mspId, key }) => published[mspId]?.key === key);
  }

  /** Reasons why the stack waits, one sentence per organization. */
  get waiting(): string[] {
    return Object.entries(this.outputs.waiting).map(([mspId, what]) => `${mspId}: ${what}`);
  }
}
