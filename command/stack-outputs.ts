import { z } from "zod";
import { admissions, readDocument, type AdmissionsDocument } from "../enrollment/documents";
import { LIMITS, readFileText } from "../host";
import { PemError, quote, readCertificates, type Certificate } from "../x509";
import { readChoreo, type ChoreoOutputs } from "../systems/choreo/outputs";
import { readChoreoConnect, type ChoreoConnectStack } from "../systems/choreo-connect/export/stack";
import { CannotCheck, messageOf } from "./failure";
import { objectName } from "./object-name";
import { printOutputs } from "./pulumi";
import { issuedCertificates, spinnaker, type SpinnakerOutputs } from "../systems/spinnaker/outputs";

const release = z.object({
  name: objectName,
  namespace: objectName,
  revision: z.int().positive(),
});

/** An organization of another stack has chosen it, and it is printed as it is. */
const mspId = z.string().regex(/^\P{C}{1,64}$/u);

/** Also parties of ours, whose names are longer than an MSP ID. */
const party = z.string().regex(/^\P{C}{1,80}$/u);

const LONGEST_REASON = 300;
const reason = z
  .string()
  .transform((text) => text.replace(/\p{C}+/gu, " ").slice(0, LONGEST_REASON));

const outputs = z.object({
  releases: z
    .object({
      orchestrator: release.optional(),
      organizations: z.record(mspId, release).default({}),
    })
    .optional(),
  waiting: z.record(party, reason).default({}),
  admissions: z.unknown().optional(),
  spinnaker: spinnaker.optional(),
  choreo: z.unknown().optional(),
  choreoConnect: z.unknown().optional(),
  certificates: issuedCertificates.optional(),
  caBundle: z.string().optional(),
});

/** Where a stack says that a Helm release is. */
export type ReleaseRef = z.output<typeof release>;

/** What a stack says of the Spinnaker that it has. */
export interface SpinnakerStack extends SpinnakerOutputs {
  /** The certificates of all generations of its CA. */
  readonly cas: readonly Certificate[];
  /** Fingerprints of the certificates that were issued last, by service. */
  readonly issued: ReadonlyMap<string, string>;
}

/** Outputs whose keys the stack has besides, as secret ones. */
interface Asked {
  /** Where its keys can be asked for; undefined if these outputs were not asked of the CLI. */
  readonly stack?: { readonly name: string | undefined };
}

/** What a stack says of the Choreo project that it has. */
export interface ChoreoStack extends ChoreoOutputs, Asked {}

/** What a stack says of the Choreo Connect that it has. */
export interface ChoreoConnectSource extends ChoreoConnectStack, Asked {}

/** What a stack says of itself. */
export interface StackOutputs {
  /** Where this was read, for messages. */
  readonly origin: string;
  readonly orchestrator: ReleaseRef | undefined;
  /** By MSP ID. */
  readonly organizations: ReadonlyMap<string, ReleaseRef>;
  /** What it publishes for organizations of other stacks. */
  readonly admissions: AdmissionsDocument | undefined;
  /** By MSP ID or the name of another party, why it waits for a certificate. */
  readonly waiting: ReadonlyMap<string, string>;
  readonly spinnaker: SpinnakerStack | undefined;
  readonly choreo: ChoreoStack | undefined;
  readonly choreoConnect: ChoreoConnectSource | undefined;
}

/** Where outputs come from: a stack by name (the selected one if undefined), or a file. */
export type OutputSource =
  | { readonly kind: "stack"; readonly name: string | undefined }
  | { readonly kind: "file"; readonly path: string };

/**
 * Reads a stack's public outputs: from the Pulumi CLI, or from a file that holds what it printed.
 *
 * @throws CannotCheck if there are none.
 */
export async function readStackOutputs(source: OutputSource): Promise<StackOutputs> {
  const outputs = parseOutputs(await outputsText(source), originOf(source));
  if (source.kind === "file") return outputs;
  const { choreo, choreoConnect } = outputs;
  const stack = { name: source.name };
  return {
    ...outputs,
    choreo: choreo && { ...choreo, stack },
    choreoConnect: choreoConnect && { ...choreoConnect, stack },
  };
}

/**
 * Reads a stack's public outputs as they are.
 *
 * @throws CannotCheck if there are none.
 */
export async function readAnyOutputs(
  source: OutputSource,
): Promise<{ readonly origin: string; readonly content: unknown }> {
  const origin = originOf(source);
  return { origin, content: readJson(await outputsText(source), origin) };
}

async function outputsText(source: OutputSource): Promise<string> {
  return source.kind === "file" ? readOutputs(source.path) : printOutputs(source.name);
}

function originOf(source: OutputSource): string {
  if (source.kind === "file") return source.path;
  return source.name === undefined ? "the selected stack" : `stack ${source.name}`;
}

/**
 * @param origin of the text, for messages.
 * @throws CannotCheck if these are no outputs of a deployed stack.
 */
export function parseOutputs(text: string, origin: string): StackOutputs {
  return interpretOutputs(readJson(text, origin), origin);
}

/**
 * @param origin of the content, for messages.
 * @throws CannotCheck if these are no outputs of a deployed stack.
 */
export function interpretOutputs(content: unknown, origin: string): StackOutputs {
  const parsed = outputs.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw notDeployed(
      origin,
      `${quote(issue?.path.join(".") ?? "")}: ${issue?.message ?? "unreadable"}`,
    );
  }
  const { releases, waiting } = parsed.data;
  const { spinnaker: ofSpinnaker, choreo, choreoConnect } = parsed.data;
  const others = [ofSpinnaker, choreo, choreoConnect];
  const isBare =
    Object.keys(waiting).length === 0 && others.every((system) => system === undefined);
  if (releases === undefined && isBare) throw notDeployed(origin, "there are no releases");
  const { orchestrator, organizations = {} } = releases ?? {};
  if (isBare && orchestrator === undefined && Object.keys(organizations).length === 0) {
    throw new CannotCheck(
      `${origin} has no releases, no Spinnaker, no Choreo project and no Choreo Connect: there is nothing to verify`,
    );
  }
  return {
    origin,
    orchestrator,
    organizations: new Map(Object.entries(organizations)),
    admissions: readAdmissions(parsed.data.admissions, origin),
    waiting: new Map(Object.entries(waiting)),
    spinnaker: readSpinnaker(parsed.data, origin),
    choreo: choreo === undefined ? undefined : readChoreo(content, origin),
    choreoConnect: choreoConnect === undefined ? undefined : readChoreoConnect(content, origin),
  };
}

function readSpinnaker(
  { spinnaker: found, certificates, caBundle }: z.output<typeof outputs>,
  origin: string,
): SpinnakerStack | undefined {
  if (found === undefined) return undefined;
  try {
    const cas = readCertificates(caBundle ?? "", "caBundle");
    const issued = Object.entries(certificates?.spinnaker ?? {});
    return {
      ...found,
      cas,
      issued: new Map(issued.map(([name, { fingerprint }]) => [name, fingerprint])),
    };
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    throw notDeployed(origin, error.message);
  }
}

function notDeployed(origin: string, detail: string): CannotCheck {
  return new CannotCheck(
    `the outputs of ${origin} are not those of a deployed stack (${detail}): run \`pulumi up\` first`,
  );
}

function readAdmissions(content: unknown, origin: string): AdmissionsDocument | undefined {
  if (content === undefined) return undefined;
  const document = readDocument(admissions, content, origin);
  if (document.kind === "missing") throw new CannotCheck(document.reason);
  for (const party of Object.keys(document.value.organizations)) {
    if (mspId.safeParse(party).success) continue;
    throw new CannotCheck(
      `${origin} publishes an admission for ${quote(party)}, which is no MSP ID`,
    );
  }
  return document.value;
}

function readJson(text: string, origin: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new CannotCheck(
      `the outputs of ${origin} are not JSON; write them with \`pulumi stack output --json\``,
    );
  }
}

function readOutputs(file: string): string {
  try {
    return readFileText(file, { limit: LIMITS.outputs });
  } catch (error) {
    throw new CannotCheck(`the outputs cannot be read: ${messageOf(error)}`);
  }
}
