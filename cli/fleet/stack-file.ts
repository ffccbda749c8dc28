import { parse } from "yaml";
import { z } from "zod";
import { LIMITS, readFileText } from "../../host";
import { keyNames } from "../../systems/substra/organizations";
import type { ClusterChoice } from "../recovery/helm-records";

/** A stack of the folder, and its links to other stacks of the folder, as configured. */
export interface StackFile {
  readonly name: string;
  /** Organizations whose certificates another stack signs, inside or outside the folder. */
  readonly organizations: readonly SignedOrganization[];
  /** Stacks of the folder whose published requests this stack reads. */
  readonly takesRequestsOf: readonly string[];
  /** Cluster that it is deployed to; undefined if the stack file itself contains a kubeconfig or a cluster's name. */
  readonly cluster: ClusterChoice | undefined;
  /** Secrets provider from the stack file. @default - a passphrase */
  readonly secretsProvider?: string;
}

export interface SignedOrganization {
  readonly mspId: string;
  /** The stack of the folder that signs; undefined if it is elsewhere, or if certificates come as files. */
  readonly signer: string | undefined;
  /** Name of the key that needs a certificate. */
  readonly key: string;
}

// Invalid values are ignored here: the program reports what is wrong, with the key.
const organization = z.object({
  signedBy: z.object({ stack: z.string().optional() }).optional().catch(undefined),
  certificate: z
    .object({ keys: z.array(z.string()).optional(), key: z.unknown().optional() })
    .optional()
    .catch(undefined),
});
const enrollment = z.object({
  request: z.object({ stack: z.string().optional() }).optional().catch(undefined),
});
const text = z.string().optional().catch(undefined);
const config = z.object({
  "countersign:organizations": z.record(z.string(), organization.catch({})).catch({}).default({}),
  "countersign:enrollments": z.record(z.string(), enrollment.catch({})).catch({}).default({}),
  "kubernetes:context": text,
  "kubernetes:kubeconfig": z.unknown().optional(),
  "kubernetes:cluster": z.unknown().optional(),
});
const stackFile = z.object({
  secretsprovider: text,
  config: config.catch(config.parse({})).default(config.parse({})),
});

/** @param ofFolder returns the stack of the folder that a reference in the configuration means, if there is one. */
export function readStackFile(
  path: string,
  name: string,
  ofFolder: (reference: string | undefined) => string | undefined,
): StackFile {
  const { config: own, secretsprovider } = stackFile
    .catch(stackFile.parse({}))
    .parse(readYaml(path));
  const organizations = Object.entries(own["countersign:organizations"])
    .filter(([, { signedBy }]) => signedBy !== undefined)
    .map(([mspId, { signedBy, certificate }]) => ({
      mspId,
      signer: ofFolder(signedBy?.stack),
      key: keyNames(certificate ?? {}).at(-1) ?? "",
    }));
  const sources = Object.values(own["countersign:enrollments"]).map(({ request }) =>
    ofFolder(request?.stack),
  );
  const context = own["kubernetes:context"];
  const elsewhere = own["kubernetes:kubeconfig"] ?? own["kubernetes:cluster"];
  return {
    name,
    organizations,
    takesRequestsOf: [...new Set(sources)].filter((stack) => stack !== undefined),
    cluster: elsewhere === undefined ? (context === undefined ? {} : { context }) : undefined,
    ...(secretsprovider !== undefined && { secretsProvider: secretsprovider }),
  };
}

/** Reads a YAML file; undefined if it cannot be parsed, since Pulumi reports what is wrong with it. */
export function readYaml(path: string): unknown {
  return parseYaml(readFileText(path, { limit: LIMITS.config }));
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { logLevel: "error" }) as unknown;
  } catch {
    return undefined;
  }
}

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
