import { z } from "zod";
import { quote } from "../x509";

/** Version of the documents below. Documents of another version are not read, as they may mean something else. */
export const FORMAT = 1;

/**
 * A name that a stranger may give. People see it, and all names that this program gives are ASCII: letters of other
 * scripts could only serve to imitate them.
 */
export const name = z.string().regex(/^[ -~]{1,253}$/, { error: "not a printable name" });

/** A party's name. It is compared with the expected one, and quoted if it differs. */
const partyName = z.string().regex(/^\P{C}{1,253}$/u, { error: "not a printable name" });

/** A PEM block. The largest certificates and requests have a few KiB. */
const pem = z.string().max(64 * 1024);

/** Most generations that a CA may have. A rotation has two or three. */
const MOST_AUTHORITIES = 100;
const MOST_ENTRIES = 1000;

/** A list that a stranger may send. */
export function listOf<S extends z.ZodType>(entry: S) {
  return z.array(entry).max(MOST_ENTRIES);
}

function authoritiesOf<S extends z.ZodType>(generation: S) {
  return z
    .record(name, generation)
    .refine((generations) => Object.keys(generations).length <= MOST_AUTHORITIES, {
      error: `has more than ${MOST_AUTHORITIES} generations`,
    });
}

const state = z.enum(["trusted", "signing"]);

const format = z.literal(FORMAT);
const authorities = authoritiesOf(z.object({ state, certificate: pem }));
const fingerprints = authoritiesOf(z.object({ state, fingerprint: z.string() }));

const published = z.object({
  /** The certificate request, PKCS#10 PEM (RFC 2986). */
  request: pem,
  /** Name of the request's key, in the party's `certificate.keys`. */
  key: name,
  /** SHA-256 fingerprints of the CA certificates that it has deployed. @default - none yet */
  trusted: z.array(z.string()).optional(),
});

/** A party's request, as its stack publishes it. */
type PublishedRequest = z.output<typeof published>;

/** Admission of one party: its certificate, the CAs to trust, and what its system adds. All of it is public. */
export interface Admission {
  /** The party's certificate, one PEM block. */
  readonly certificate: string;
  /** The CA's generations by name. */
  readonly authorities: z.output<typeof authorities>;
}

/** A system's words for those who exchange requests and certificates, for messages. */
interface Words {
  /** Those that compare a party's name with its certificate: `the server`. */
  readonly server: string;
  /** The stack that signs: `the signing stack`. */
  readonly signer: string;
}

/** A system's form of requests and admissions: where they are, what it adds to them, and its words for them. */
export interface AdmissionForm<A extends Admission = Admission> extends Words {
  /** Name of the output with the requests. */
  readonly requestsOutput: string;
  /** Name of the output with the admissions. */
  readonly admissionsOutput: string;
  /** Field of both outputs with the entries of the parties. */
  readonly parties: string;
  /** Field with the party's name, in files and in the state. */
  readonly nameField: string;
  /** Name of the file with what is not PEM. */
  readonly documentFile: string;
  /** Document that the stack of one or more parties publishes. */
  readonly requests: z.ZodType<object>;
  /** Document that the signing stack publishes. */
  readonly admissions: z.ZodType<Pick<Admission, "authorities">>;
  /** Content of the file next to the PEM files of one party. */
  readonly document: z.ZodType<AdmissionDocument>;
  /** The admission of one party, as its stack remembers it. */
  readonly admission: z.ZodType<A>;
}

/** Content of an admission's file that is not PEM, without knowledge of its system. */
export interface AdmissionDocument {
  /** The CA certificates of `trust.pem`, by the generation's name. */
  readonly authorities: z.output<typeof fingerprints>;
  readonly [field: string]: unknown;
}

interface FormArgs<
  P extends string,
  N extends string,
  O extends z.ZodRawShape,
  S extends z.ZodRawShape,
> extends Words {
  readonly requestsOutput: string;
  readonly admissionsOutput: string;
  readonly parties: P;
  readonly nameField: N;
  readonly documentFile: string;
  /** Fields that each party gets for itself. */
  readonly own: O;
  /** Fields that are the same for all parties. */
  readonly shared: S;
}

/** Returns a system's form of requests and admissions. */
export function admissionForm<
  P extends string,
  N extends string,
  O extends z.ZodRawShape,
  S extends z.ZodRawShape,
>({ own, shared, ...form }: FormArgs<P, N, O, S>) {
  const named = { [form.nameField]: partyName } as Record<N, typeof partyName>;
  const byParty = <E extends z.ZodType>(entry: E) =>
    ({ [form.parties]: z.record(z.string(), entry) }) as Record<P, z.ZodRecord<z.ZodString, E>>;
  return {
    ...form,
    requests: z.object({ format, ...byParty(published) }),
    admissions: z.object({
      format,
      authorities,
      ...shared,
      ...byParty(z.object({ certificate: pem, ...own })),
    }),
    // The file is written in this order.
    document: z.object({ format, ...named, ...own, authorities: fingerprints, ...shared }),
    admission: z.object({ ...named, certificate: pem, authorities, ...own, ...shared }),
  };
}

/**
 * A value that was received, or the reason why it is missing, as a clause: `stack X publishes no admission for
 * MyOrg2MSP`.
 */
export type Received<T> =
  | { readonly kind: "here"; readonly value: T }
  | { readonly kind: "missing"; readonly reason: string };

export const missing = (reason: string) => ({ kind: "missing", reason }) as const;

/**
 * Reads a document that another stack, or another version of this program, wrote.
 *
 * @param origin its origin, for the reason: `stack organization/countersign/ca`.
 * @returns missing if it does not exist or cannot be understood.
 */
export function readDocument<S extends z.ZodType>(
  schema: S,
  content: unknown,
  origin: string,
): Received<z.output<S>> {
  const format = z.object({ format: z.unknown() }).safeParse(content);
  if (!format.success) return missing(`${origin} publishes nothing that this program can read`);
  if (format.data.format !== FORMAT) {
    return missing(
      `${origin} publishes format ${shown(format.data.format)}, and this program reads ${FORMAT}: use one version of Countersign on both sides`,
    );
  }
  const result = schema.safeParse(content);
  if (result.success) return { kind: "here", value: result.data };
  const [issue] = result.error.issues;
  const place = issue?.path.join(".") ?? "";
  return missing(
    `${origin} publishes something unreadable (${/^[\w.-]{1,80}$/.test(place) ? place : quote(place)}: ${issue?.message ?? ""})`,
  );
}

/** Describes a format. Another version's format may be anything. */
function shown(format: unknown): string {
  if (typeof format === "number") return String(format);
  return typeof format === "string" ? quote(format) : "of another kind";
}

/** Returns the entry of a party in a document that has been read. `constructor` is also a valid name. */
function entryOf(
  document: object,
  { parties }: Pick<AdmissionForm, "parties">,
  entry: string,
): unknown {
  const all = (document as Readonly<Record<string, Readonly<Record<string, unknown>>>>)[parties];
  return all !== undefined && Object.hasOwn(all, entry) ? all[entry] : undefined;
}

/**
 * Returns the request of one party from the document that its stack publishes.
 *
 * @param entry its name in the document. @default - the party's name
 */
export function requestOf(
  content: unknown,
  party: string,
  origin: string,
  form: Pick<AdmissionForm, "requests" | "parties">,
  entry = party,
): Received<PublishedRequest> {
  if (content === undefined) return missing(`${origin} publishes no requests yet`);
  const document = readDocument(form.requests, content, origin);
  if (document.kind === "missing") return document;
  const own = entryOf(document.value, form, entry) as PublishedRequest | undefined;
  return own === undefined
    ? missing(`${origin} publishes no request of ${party}`)
    : { kind: "here", value: own };
}

/**
 * Returns the admission of one party from the document that the signing stack publishes.
 *
 * @param entry its name in the document. @default - the party's name
 */
export function admissionOf<A extends Admission>(
  content: unknown,
  party: string,
  origin: string,
  form: AdmissionForm<A>,
  entry = party,
): Received<A> {
  if (content === undefined) return missing(`${origin} publishes no admissions yet`);
  const document = readDocument(form.admissions, content, origin);
  if (document.kind === "missing") return document;
  const own = entryOf(document.value, form, entry) as object | undefined;
  if (own === undefined) return missing(`${origin} publishes no certificate for ${party}`);
  const value = form.admission.parse({ ...document.value, ...own, [form.nameField]: party });
  return { kind: "here", value };
}
