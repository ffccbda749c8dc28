import { runtime } from "@pulumi/pulumi";
import { z } from "zod";
import {
  admissionOf,
  missing,
  requestOf,
  type Admission,
  type AdmissionForm,
  type Received,
} from "../../enrollment/documents";
import { admissionInDirectory, requestInFile } from "../../enrollment/files";
import { decideRequests, register, type Decisions, type Terms } from "../../enrollment/requests";
import {
  NO_MEMORY,
  decideStanding,
  type Member,
  type MemberMemory,
  type Standing,
} from "../../enrollment/standing";
import { UnreadableFile } from "../../host";
import { readCertificateRequest, type CertificateRequest } from "../../x509";
import type { StackMemory } from "../stack-memory";
import { Enrollment } from "./enrollment";
import { RegistrationAuthority } from "./registration-authority";

/** A party whose request another stack signs. */
export interface Signed<A extends Admission> extends Member<A> {
  /** Name of its resources. */
  readonly name: string;
  /** `key` is the configuration key of the directory, for messages. @default - `signedBy.directory` in its section */
  readonly source:
    { readonly stack: string } | { readonly directory: string; readonly key?: string };
  /** Its name in what the signing stack publishes. @default - the party's name */
  readonly entry?: string;
  /** Origin of its admission, for messages. @default - the stack, or the directory */
  readonly origin?: string;
  /**
   * Names of the resources of parties that trust the same CAs: what one of them trusts at first use, all do.
   * @default - it is the only one
   */
  readonly trustsWith?: readonly string[];
  /**
   * Its certificate of this stack's own CA, with which it is deployed. It keeps this one until everybody also trusts the
   * other stack's CAs. @default - it has none
   */
  readonly own?: { readonly trustsSigner: boolean } | undefined;
}

/** A party of another stack whose request this one signs. */
export interface Enrolled {
  readonly party: string;
  /** Its name in what its stack publishes. @default - the party's name */
  readonly entry?: string;
  /** `key` is the configuration key of the file, for messages. @default - `request.file` in its section */
  readonly request: { readonly stack: string } | { readonly file: string; readonly key?: string };
  /** Origin of its request, for messages about what it asks for. @default - not named */
  readonly origin?: string;
  readonly terms: Terms;
  /** A certificate that it already has. */
  readonly existing?: string;
}

/** The admission that a party may deploy, and the one it deployed before. */
interface SignedStanding<A extends Admission> extends Standing<A> {
  readonly memory: MemberMemory<A>;
}

/** Checked input from other stacks. All of it is known before anything is registered. */
export interface Exchange<A extends Admission = Admission> {
  /** Standings of the parties, by name. */
  readonly standings: ReadonlyMap<string, SignedStanding<A>>;
  /** Parties that are deployed with a certificate of this stack's own CA. */
  readonly moving: ReadonlyMap<string, Move>;
  /** Undefined if no party was ever enrolled. */
  readonly decisions: Decisions | undefined;
  /** CAs that enrolled parties have deployed, if they ever reported them: SHA-256 fingerprints by the party's name. */
  readonly trusted: Readonly<Record<string, readonly string[]>>;
}

/** Whether a party keeps the certificate of this stack's own CA in this update, or changes to the other stack's. */
type Move = "keeps" | "changes";

interface ReceiveArgs<A extends Admission> {
  readonly form: AdmissionForm<A>;
  readonly signed: readonly Signed<A>[];
  readonly enrolled: readonly Enrolled[];
  /** Whether this stack signs at all. If so, it also remembers who has left. */
  readonly signs: boolean;
  /** Type of the component that deploys a party. It is never deleted because a certificate is missing. */
  readonly deployedAs: string;
  /** Name of the system's registration authority. */
  readonly registration: string;
  /** Returns the party that made a request of this stack, or a name for people. */
  readonly holderOf: (request: CertificateRequest) => string;
  /** What components of this stack registered before. */
  readonly memory: Memory;
}

type Memory = Pick<StackMemory, "all" | "of" | "ownRequests">;

/**
 * Reads the documents that other stacks or files provide for this one, and decides on them.
 *
 * @throws Error if a document must not be accepted; nothing has been registered by then.
 */
export async function receive<A extends Admission>(args: ReceiveArgs<A>): Promise<Exchange<A>> {
  const { form, signed, enrolled, signs, registration, holderOf, memory } = args;
  if (signed.length === 0 && !signs) {
    return { standings: new Map(), moving: new Map(), decisions: undefined, trusted: {} };
  }
  const stacks = new OtherStacks();
  const remembered = rememberedMembers(form, memory);
  const standings = new Map(
    await Promise.all(
      signed.map(
        async (member) => [member.party, await standingOf(member, stacks, remembered)] as const,
      ),
    ),
  );
  const applied = await Promise.all(
    enrolled.map(async (each) => {
      const { received, trusted } = await requestFrom(each, form, stacks);
      return { ...each, received, trusted };
    }),
  );
  const registered = memory.of(RegistrationAuthority.type, registration);
  const known = rememberedRegister(registered);
  const before = rememberedTrust(registered);
  const nobody = enrolled.length === 0 && Object.keys(known.keys).length === 0;
  return {
    standings,
    moving: movingFromHere(args, standings),
    decisions: nobody
      ? undefined
      : decideRequests(
          new Map(applied.map((each) => [each.party, each])),
          known,
          ownKeys(memory, holderOf),
        ),
    trusted: Object.fromEntries(
      applied.flatMap(({ party, trusted = before[party] }) =>
        trusted === undefined ? [] : [[party, trusted]],
      ),
    ),
  };
}

/**
 * Returns the parties that change from this stack's own CA to the other stack. They keep their certificate until a first
 * update has deployed the other stack's CAs: only then does everybody know both.
 *
 * @throws Error if a party is deployed and could have no certificate at all, or none that others trust.
 */
function movingFromHere<A extends Admission>(
  { signed, deployedAs, signs, memory }: ReceiveArgs<A>,
  standings: Exchange<A>["standings"],
): Exchange["moving"] {
  const moving = new Map<string, Move>();
  for (const { party, name, own } of signed) {
    const standing = standings.get(party);
    if (own) {
      if (!signs) {
        throw new Error(
          `countersign:authority is missing, but ${party} still uses a certificate that it signed: nothing was changed. Keep it until \`pulumi up\` has replaced that certificate`,
        );
      }
      moving.set(party, standing?.accepted && own.trustsSigner ? "changes" : "keeps");
    } else if (!standing?.accepted && memory.of(deployedAs, name) !== undefined) {
      throw new Error(
        `${standing?.waiting ?? ""}, and without a certificate the running deployment of ${party} would be deleted: nothing was changed`,
      );
    }
  }
  return moving;
}

async function standingOf<A extends Admission>(
  member: Signed<A>,
  stacks: OtherStacks,
  remembered: Remembered<A>,
): Promise<SignedStanding<A>> {
  const { party, source, form, section } = member;
  const memory = memoryOf(member, remembered);
  const received =
    "stack" in source
      ? {
          origin: `stack ${source.stack}`,
          admission: await admissionFromStack(member, source.stack, stacks),
        }
      : {
          origin: member.origin ?? source.directory,
          admission: named(source.key ?? `${section}.signedBy.directory`, () =>
            admissionInDirectory(source.directory, party, form),
          ),
        };
  return { ...decideStanding(member, received, memory, new Date()), memory };
}

/** Returns what a party's stack remembers about it, with the CAs that it trusts at first use like others. */
function memoryOf<A extends Admission>(
  { name, trustsWith = [] }: Signed<A>,
  remembered: Remembered<A>,
): MemberMemory<A> {
  const own = remembered(name);
  if (own.firstUse !== undefined) return own;
  const first = trustsWith.find((other) => remembered(other).firstUse !== undefined);
  return first === undefined ? own : { ...own, firstUse: remembered(first).firstUse };
}

/** Returns what the stack remembers about a party, by the name of its resources. */
type Remembered<A extends Admission> = (name: string) => MemberMemory<A>;

/** Reads each memory once, although all parties that trust the same CAs look at each other's. */
function rememberedMembers<A extends Admission>(
  form: AdmissionForm<A>,
  memory: Memory,
): Remembered<A> {
  const known = new Map<string, MemberMemory<A>>();
  return (name) => {
    const found = known.get(name) ?? rememberedMember(memory.of(Enrollment.type, name), form);
    known.set(name, found);
    return found;
  };
}

async function admissionFromStack<A extends Admission>(
  { party, form, entry }: Signed<A>,
  stack: string,
  stacks: OtherStacks,
): Promise<Received<A>> {
  const published = await stacks.outputsOf(stack);
  return "unreadable" in published
    ? missing(published.unreadable)
    : admissionOf(published.outputs[form.admissionsOutput], party, `stack ${stack}`, form, entry);
}

async function requestFrom(
  { party, entry, request, terms }: Enrolled,
  form: AdmissionForm,
  stacks: OtherStacks,
): Promise<{ received: Received<string>; trusted?: readonly string[] | undefined }> {
  if ("file" in request) {
    const key = request.key ?? `${terms.source}.request.file`;
    return { received: named(key, () => requestInFile(request.file)) };
  }
  const published = await stacks.outputsOf(request.stack);
  if ("unreadable" in published) return { received: missing(published.unreadable) };
  const content = published.outputs[form.requestsOutput];
  const received = requestOf(content, party, `stack ${request.stack}`, form, entry);
  if (received.kind === "missing") return { received };
  const { request: value, trusted } = received.value;
  return { received: { kind: "here", value }, trusted };
}

/** Adds the configuration key to the error for a path that is not a readable file. */
function named<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new Error(`countersign:${key}: ${error.message}`, { cause: error });
  }
}

const memberMemory = z.object({
  requests: z.record(z.string(), z.string()),
  firstUse: z.array(z.string()).optional(),
  setbacks: z.array(z.string()).optional(),
  retired: z.array(z.string()).optional(),
});

function rememberedMember<A extends Admission>(
  outputs: unknown,
  { admission }: AdmissionForm<A>,
): MemberMemory<A> {
  if (outputs === undefined) return NO_MEMORY;
  return readMemory(memberMemory.extend({ admission: admission.optional() }), outputs);
}

function rememberedRegister(outputs: unknown) {
  return outputs === undefined ? { requests: {}, keys: {} } : readMemory(register, outputs);
}

/** Remembered trust is used if a stack cannot be read for a moment, so that nothing changes. */
function rememberedTrust(outputs: unknown): Readonly<Record<string, readonly string[]>> {
  return outputs === undefined ? {} : readMemory(registeredTrust, outputs).trusted;
}

const registeredTrust = z.object({
  trusted: z.record(z.string(), z.array(z.string())).default({}),
});

function readMemory<S extends z.ZodType>(schema: S, outputs: unknown): z.output<S> {
  const result = schema.safeParse(outputs);
  if (result.success) return result.data;
  // Continuing without the memory could delete what is deployed.
  throw new Error(
    "the state holds enrollments in a form that this version of Countersign does not know: use the version that wrote it, or a later one",
  );
}

const memberRequests = z.object({ requests: z.record(z.string(), z.string()) });

/** The keys of this stack's own parties, by fingerprint. */
function ownKeys(
  memory: Memory,
  holderOf: (request: CertificateRequest) => string,
): Record<string, string> {
  const requested = memory
    .all(Enrollment.type)
    .flatMap((outputs) => Object.values(readMemory(memberRequests, outputs).requests));
  return Object.fromEntries(
    [...memory.ownRequests, ...requested].map((pem) => {
      const request = readCertificateRequest(pem);
      return [request.publicKeyFingerprint, holderOf(request)];
    }),
  );
}

/** Outputs by name, or the reason why there are none, as a clause. */
type Published =
  { readonly outputs: Readonly<Record<string, unknown>> } | { readonly unreadable: string };

/** Reads the public outputs of other stacks, each only once. */
export class OtherStacks {
  private readonly read = new Map<string, Promise<Published>>();

  /**
   * Returns the outputs that a stack published in its last update, without secret ones.
   *
   * The engine is queried directly, without a StackReference: that would end the program if the stack is missing, and
   * would leave a copy of all its outputs in this stack's state.
   */
  outputsOf(stack: string): Promise<Published> {
    const known = this.read.get(stack) ?? readOutputs(stack);
    this.read.set(stack, known);
    return known;
  }
}

async function readOutputs(stack: string): Promise<Published> {
  try {
    const { outputs, secretOutputNames } = (await runtime.invoke("pulumi:pulumi:readStackOutputs", {
      name: stack,
    })) as { outputs: Record<string, unknown>; secretOutputNames?: readonly string[] };
    const open = Object.entries(outputs).filter(([name]) => !secretOutputNames?.includes(name));
    return { outputs: Object.fromEntries(open) };
  } catch (error) {
    return { unreadable: `stack ${stack} cannot be read (${reasonOf(error)})` };
  }
}

/** The engine's message without its usual beginning and everything after its first line. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split("\n")[0] ?? "").replace(/^.*returned an error: /, "").trim();
}
