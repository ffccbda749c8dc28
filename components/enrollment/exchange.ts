import { runtime } from "@pulumi/pulumi";
import { z } from "zod";
import {
  admission,
  admissionOf,
  missing,
  requestOf,
  type Admission,
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
import { readCertificateRequest } from "../../x509";
import type { StackMemory } from "../stack-memory";
import { Enrollment } from "./enrollment";
import { RegistrationAuthority } from "./registration-authority";

/** An organization whose request another stack signs. */
export interface Signed extends Member {
  /** Name of its resources. */
  readonly name: string;
  readonly source: { readonly stack: string } | { readonly directory: string };
}

/** An organization of another stack whose request this one signs. */
export interface Enrolled {
  readonly mspId: string;
  readonly request: { readonly stack: string } | { readonly file: string };
  readonly terms: Terms;
  /** A certificate that it already has. */
  readonly existing?: string;
}

/** The admission that an organization may deploy, and the one it deployed before. */
interface SignedStanding extends Standing {
  readonly memory: MemberMemory;
}

/** Checked input from other stacks. All of it is known before anything is registered. */
export interface Exchange {
  /** Standings of the organizations, by MSP ID. */
  readonly standings: ReadonlyMap<string, SignedStanding>;
  /** Undefined if no organization was ever enrolled. */
  readonly decisions: Decisions | undefined;
  /** CAs that enrolled organizations have deployed, if they ever reported them: SHA-256 fingerprints by MSP ID. */
  readonly trusted: ReadonlyMap<string, readonly string[]>;
}

interface ReceiveArgs {
  readonly signed: readonly Signed[];
  readonly enrolled: readonly Enrolled[];
  /** Whether this stack signs at all. If so, it also remembers who has left. */
  readonly signs: boolean;
  /** Type of the component that deploys an organization. It is never deleted because a certificate is missing. */
  readonly deployedAs: string;
  readonly memory: StackMemory;
}

/**
 * Reads the documents that other stacks or files provide for this one, and decides on them.
 *
 * @throws Error if a document must not be accepted; nothing has been registered by then.
 */
export async function receive(args: ReceiveArgs): Promise<Exchange> {
  const { signed, enrolled, signs, deployedAs, memory } = args;
  if (signed.length === 0 && !signs) {
    return { standings: new Map(), decisions: undefined, trusted: new Map() };
  }
  const stacks = new OtherStacks();
  const standings = await Promise.all(
    signed.map(async (member) => {
      const standing = await standingOf(member, stacks, memory);
      if (!standing.accepted && memory.of(deployedAs, member.name) !== undefined) {
        throw new Error(
          `${standing.waiting ?? ""}, and without a certificate the running deployment of ${member.mspId} would be deleted: nothing was changed`,
        );
      }
      return [member.mspId, standing] as const;
    }),
  );
  const applied = await Promise.all(
    enrolled.map(async (each) => {
      const { received, trusted } = await requestFrom(each, stacks);
      return { ...each, received, trusted };
    }),
  );
  const known = rememberedRegister(memory);
  const before = rememberedTrust(memory);
  const nobody = enrolled.length === 0 && Object.keys(known.keys).length === 0;
  return {
    standings: new Map(standings),
    decisions: nobody
      ? undefined
      : decideRequests(new Map(applied.map((each) => [each.mspId, each])), known, ownKeys(memory)),
    trusted: new Map(
      applied.flatMap(({ mspId, trusted = before[mspId] }) =>
        trusted === undefined ? [] : [[mspId, trusted]],
      ),
    ),
  };
}

async function standingOf(
  member: Signed,
  stacks: OtherStacks,
  stackMemory: StackMemory,
): Promise<SignedStanding> {
  const memory = rememberedMember(stackMemory.of(Enrollment.type, member.name));
  const { mspId, source } = member;
  const received =
    "stack" in source
      ? {
          origin: `stack ${source.stack}`,
          admission: await admissionFromStack(mspId, source.stack, stacks),
        }
      : {
          origin: source.directory,
          admission: named(`organizations.${mspId}.signedBy.directory`, () =>
            admissionInDirectory(source.directory, mspId),
          ),
        };
  return { ...decideStanding(member, received, memory, new Date()), memory };
}

async function admissionFromStack(
  mspId: string,
  stack: string,
  stacks: OtherStacks,
): Promise<Received<Admission>> {
  const published = await stacks.outputsOf(stack);
  return "unreadable" in published
    ? missing(published.unreadable)
    : admissionOf(published.outputs.admissions, mspId, `stack ${stack}`);
}

async function requestFrom(
  { mspId, request }: Enrolled,
  stacks: OtherStacks,
): Promise<{ received: Received<string>; trusted?: readonly string[] | undefined }> {
  if ("file" in request) {
    const key = `enrollments.${mspId}.request.file`;
    return { received: named(key, () => requestInFile(request.file)) };
  }
  const published = await stacks.outputsOf(request.stack);
  if ("unreadable" in published) return { received: missing(published.unreadable) };
  const received = requestOf(published.outputs.requests, mspId, `stack ${request.stack}`);
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
  admission: admission.optional(),
  firstUse: z.array(z.string()).optional(),
  setbacks: z.array(z.string()).optional(),
  retired: z.array(z.string()).optional(),
});

function rememberedMember(outputs: unknown): MemberMemory {
  return outputs === undefined ? NO_MEMORY : readMemory(memberMemory, outputs);
}

function rememberedRegister(memory: StackMemory) {
  const outputs = memory.all(RegistrationAuthority.type)[0];
  return outputs === undefined ? { requests: {}, keys: {} } : readMemory(register, outputs);
}

/** Remembered trust is used if a stack cannot be read for a moment, so that nothing changes. */
function rememberedTrust(memory: StackMemory): Readonly<Record<string, readonly string[]>> {
  const outputs = memory.all(RegistrationAuthority.type)[0];
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

/** The keys of this stack's own parties, by fingerprint. */
function ownKeys(memory: StackMemory): Record<string, string> {
  const identity = z.object({ requestPem: z.string() });
  return Object.fromEntries(
    memory.all("countersign:pki:Identity").flatMap((outputs) => {
      const { data } = identity.safeParse(outputs);
      if (data === undefined) return [];
      const { publicKeyFingerprint, subject } = readCertificateRequest(data.requestPem);
      return [[publicKeyFingerprint, subject.organizations.join() || "another party"]];
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
