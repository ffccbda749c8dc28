import { Option, type Command } from "commander";
import { z } from "zod";
import { LIMITS, readFileText } from "../host";
import { quote } from "../x509";
import { CannotCheck, messageOf } from "./failure";
import { printOutputs, type StackAccess } from "./pulumi";

/** The source of outputs: a stack by name (the selected one if undefined), or a file. */
export type OutputSource =
  | { readonly kind: "stack"; readonly name: string | undefined }
  | { readonly kind: "file"; readonly path: string };

/** Public outputs of a stack, before they are checked. */
export interface StackDocument {
  /** Source of the outputs, for messages. */
  readonly origin: string;
  readonly content: unknown;
  /** The stack whose keys can be read; undefined for outputs from a file, which contains no keys. */
  readonly stack?: StackAccess;
}

/** A Kubernetes object name (RFC 1123). It is checked because it becomes part of a URL. */
export const objectName = z.string().regex(/^[a-z\d]([-.a-z\d]*[a-z\d])?$/, {
  error: "not a valid name",
});

/** A Helm release, in a stack's output `releases`. */
export const release = z.object({
  name: objectName,
  namespace: objectName,
  revision: z.int().positive(),
});

/** The location of a Helm release, according to a stack's outputs. */
export type ReleaseRef = z.output<typeof release>;

/**
 * Reads a stack's public outputs: from the Pulumi CLI, or from a file with its output.
 *
 * @throws CannotCheck if there are none.
 */
export async function readStackDocument(source: OutputSource): Promise<StackDocument> {
  if (source.kind === "file") return parseDocument(readOutputs(source.path), source.path);
  const { name } = source;
  const origin = name === undefined ? "the selected stack" : `stack ${name}`;
  return { ...parseDocument(await printOutputs({ name }), origin), stack: { name } };
}

/** @throws CannotCheck if the text is not JSON. */
export function parseDocument(text: string, origin: string): StackDocument {
  try {
    return { origin, content: JSON.parse(text) as unknown };
  } catch {
    throw new CannotCheck(
      `the outputs of ${origin} are not JSON; write them with \`pulumi stack output --json\``,
    );
  }
}

export function hasOutput({ content }: StackDocument, name: string): boolean {
  return typeof content === "object" && content !== null && Object.hasOwn(content, name);
}

/**
 * Returns a part of a stack's outputs.
 *
 * @param whole what the outputs should be those of, for messages.
 * @throws CannotCheck if it does not have the form that a deployed stack gives it.
 */
export function partOf<T>(
  schema: z.ZodType<T>,
  { origin, content }: StackDocument,
  whole = "stack",
): T {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw notDeployed(
    origin,
    `${quote(issue?.path.join(".") ?? "")}: ${issue?.message ?? "unreadable"}`,
    whole,
  );
}

export function notDeployed(origin: string, detail: string, whole = "stack"): CannotCheck {
  return new CannotCheck(
    `the outputs of ${origin} are not those of a deployed ${whole} (${detail}): run \`pulumi up\` first`,
  );
}

/** @param whole the kind of thing that the sources are parts of. */
export function bothHave(what: string, origins: readonly string[], whole: string): CannotCheck {
  return new CannotCheck(
    `both ${origins.join(" and ")} have ${what}: give the sources of one ${whole}, each once`,
  );
}

/** A party's name. Parties choose their names, which are printed unchanged; an MSP ID is shorter. */
const party = z.string().regex(/^\P{C}{1,80}$/u);

const LONGEST_REASON = 300;
const reason = z
  .string()
  .transform((text) => text.replace(/\p{C}+/gu, " ").slice(0, LONGEST_REASON));

const waiting = z.object({ waiting: z.record(party, reason).default({}) });

/**
 * Returns the reasons why parties of a stack wait for a certificate, by party.
 *
 * @throws CannotCheck
 */
export function waitingIn(document: StackDocument): ReadonlyMap<string, string> {
  return new Map(Object.entries(partOf(waiting, document).waiting));
}

function readOutputs(file: string): string {
  try {
    return readFileText(file, { limit: LIMITS.outputs });
  } catch (error) {
    throw new CannotCheck(`the outputs cannot be read: ${messageOf(error)}`);
  }
}

/** Gathers the values of an option that may be repeated, for commander. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Options that say where a stack's outputs come from. */
export interface SourceOptions {
  readonly stack?: string;
  readonly outputs?: string;
}

/** Declares the options that say where a stack's outputs come from. */
export function withSource(command: Command): Command {
  return command
    .option("-s, --stack <name>", "the Pulumi stack (default: the selected one)")
    .addOption(
      new Option(
        "--outputs <file>",
        "its outputs, as `pulumi stack output --json` prints them",
      ).conflicts("stack"),
    );
}

export function sourceOf({ stack, outputs }: SourceOptions): OutputSource {
  return outputs === undefined ? { kind: "stack", name: stack } : { kind: "file", path: outputs };
}
