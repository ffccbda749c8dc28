import { parse } from "yaml";
import { z } from "zod";
import { LIMITS, readFileText } from "../../host";
import { COMMANDS } from "../../systems/commands";
import type { SignedParty } from "../../verify/system";
import type { ClusterChoice } from "../recovery/helm-records";

/** A stack of the folder, and its links to other stacks of the folder, as configured. */
export interface StackFile {
  readonly name: string;
  /** Parties whose certificates another stack signs; a signer outside of the folder is left out. */
  readonly signed: readonly SignedParty[];
  /** Stacks of the folder whose published requests this stack reads. */
  readonly takesRequestsOf: readonly string[];
  /** Cluster that it is deployed to; undefined if the stack file itself contains a kubeconfig or a cluster's name. */
  readonly cluster: ClusterChoice | undefined;
  /** Secrets provider from the stack file. @default - a passphrase */
  readonly secretsProvider?: string;
}

const LINKS = COMMANDS.flatMap(({ links }) => links ?? []);

// Invalid values are ignored here: the program reports what is wrong, with the key.
const text = z.string().optional().catch(undefined);
const config = z.looseObject({
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
  const signed = LINKS.flatMap((links) => links.signed(own));
  const sources = LINKS.flatMap((links) => links.requestsFrom(own)).map(ofFolder);
  const context = own["kubernetes:context"];
  const elsewhere = own["kubernetes:kubeconfig"] ?? own["kubernetes:cluster"];
  return {
    name,
    signed: signed.map((party) => ({ ...party, signer: ofFolder(party.signer) })),
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

const schema = z.object({ waiting: z.record(z.string(), z.string()).default({}).catch({}) });

/** The part of a stack's public outputs that the fleet uses. */
export class PublishedOutputs {
  private constructor(
    private readonly requests: ReadonlyMap<string, string>,
    /** Reasons why the stack waits, one sentence per party. */
    readonly waiting: readonly string[],
  ) {}

  static of(outputs: unknown): PublishedOutputs {
    const waiting = Object.entries(schema.parse(outputs).waiting);
    return new PublishedOutputs(
      new Map(LINKS.flatMap((links) => [...links.published(outputs)])),
      waiting.map(([party, what]) => `${party}: ${what}`),
    );
  }

  /** Whether each party has published a request for its configured key. */
  hasRequests(parties: readonly SignedParty[]): boolean {
    return parties.every(({ party, key }) => this.requests.get(party) === key);
  }
}
