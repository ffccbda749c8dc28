import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { LIMITS, readFileText } from "../../host";
import { COMMANDS } from "../../systems/commands";
import type { SignedParty } from "../../verify/system";
import type { ClusterChoice } from "../recovery/helm-records";
import { CannotStart } from "./failure";

/** A project's folder with its stacks, in natural order of their names. */
export interface StackFolder {
  readonly directory: string;
  readonly project: string;
  readonly stacks: readonly StackFile[];
}

/** @throws CannotStart if the folder contains no project or no stack. */
export function readStackFolder(directory: string): StackFolder {
  const project = projectOf(directory);
  const names = readdirSync(directory)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
  if (names.length === 0) {
    throw new CannotStart(`${directory} has no stack: there is no Pulumi.<stack>.yaml in it`);
  }
  const ofFolder = (reference: string | undefined) => stackOf(reference, project, names);
  return {
    directory,
    project,
    stacks: names.map((name) => readStackFile(stackFilePath(directory, name), name, ofFolder)),
  };
}

/**
 * Returns a digest of a stack's input: it changes with the configuration, but not with the salt that Pulumi adds.
 *
 * @returns SHA-256, hexadecimal.
 */
export function stackDigest(directory: string, stack: string): string {
  const project = readFileText(join(directory, "Pulumi.yaml"), { limit: LIMITS.config });
  return createHash("sha256")
    .update(JSON.stringify(readStackConfig(directory, stack) ?? null))
    .update(project)
    .digest("hex");
}

/** Reads a stack's configuration as it is in its file; undefined if it has none. */
export function readStackConfig(directory: string, stack: string): unknown {
  const file = readYaml(stackFilePath(directory, stack)) as { config?: unknown } | null | undefined;
  return file?.config;
}

export function stackIn({ directory, stacks }: StackFolder, name: string): StackFile {
  const found = stacks.find((stack) => stack.name === name);
  if (found === undefined) throw new Error(`${name} is not a stack of ${directory}`);
  return found;
}

export function stackFilePath(directory: string, stack: string): string {
  return join(directory, `Pulumi.${stack}.yaml`);
}

function projectOf(directory: string): string {
  const file = join(directory, "Pulumi.yaml");
  if (!existsSync(file)) {
    throw new CannotStart(`there is no ${file}: give the project's folder with --directory`);
  }
  const project = z.object({ name: z.string() }).safeParse(readYaml(file));
  if (!project.success) throw new CannotStart(`${file} has no project name`);
  return project.data.name;
}

/** Finds the stack of the folder that a configuration names: `<stack>` or `<organization>/<project>/<stack>`. */
function stackOf(
  reference: string | undefined,
  project: string,
  names: readonly string[],
): string | undefined {
  const parts = reference?.split("/") ?? [];
  if (parts.length === 3 && parts[1] !== project) return undefined;
  return names.find((name) => name === parts.at(-1));
}

/**
 * Returns the stacks that match a pattern; all of them if there is no pattern.
 *
 * @param patterns names in which `*` matches any text and `?` matches one character.
 * @throws CannotStart if a pattern matches no stack.
 */
export function selectStacks<S extends { readonly name: string }>(
  stacks: readonly S[],
  patterns: readonly string[] = [],
): readonly S[] {
  if (patterns.length === 0) return stacks;
  const expressions = patterns.map((pattern) => ({ pattern, expression: expressionOf(pattern) }));
  for (const { pattern, expression } of expressions) {
    if (stacks.some(({ name }) => expression.test(name))) continue;
    const known = stacks.map(({ name }) => name).join(", ");
    throw new CannotStart(`--select ${pattern} matches no stack; the stacks are ${known}`);
  }
  return stacks.filter(({ name }) => expressions.some(({ expression }) => expression.test(name)));
}

function expressionOf(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`);
}

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
function readStackFile(
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
  const content = readFileText(path, { limit: LIMITS.config });
  try {
    return parse(content, { logLevel: "error" }) as unknown;
  } catch {
    return undefined;
  }
}

const publishedForm = z.object({ waiting: z.record(z.string(), z.string()).default({}).catch({}) });

/** The part of a stack's public outputs that the fleet uses. */
export class PublishedOutputs {
  private constructor(
    private readonly requests: ReadonlyMap<string, string>,
    /** Reasons why the stack waits, one sentence per party. */
    readonly waiting: readonly string[],
  ) {}

  static of(outputs: unknown): PublishedOutputs {
    const waiting = Object.entries(publishedForm.parse(outputs).waiting);
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
