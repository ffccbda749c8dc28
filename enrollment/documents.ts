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

/** Document that the stack of one or more parties publishes (output `requests`). */
export const requests = z.object({
  format,
  organizations: z.record(
    z.string(),
    z.object({
      /** The certificate request, PKCS#10 PEM (RFC 2986). */
      request: pem,
      /** Name of the request's key, in the party's `certificate.keys`. */
      key: name,
      /** SHA-256 fingerprints of the CA certificates that it has deployed. @default - none yet */
      trusted: z.array(z.string()).optional(),
    }),
  ),
});

type RequestsDocument = z.output<typeof requests>;

/** Admission of one party: its certificate, the CAs to trust, and what its system adds. All of it is public. */
export interface Admission {
  /** The party's certificate, one PEM block. */
  readonly certificate: string;
  /** The CA's generations by name. */
  readonly authorities: z.output<typeof authorities>;
}

/** A system's form of admissions: what it adds to them, and its words for them. */
export interface AdmissionForm<A extends Admission = Admission> {
  /** The server that compares a party's name with its certificate, for messages: `the server`. */
  readonly server: string;
  /** Field with the party's name, in files and in the state. */
  readonly nameField: string;
  /** Document that the signing stack publishes (output `admissions`). */
  readonly admissions: z.ZodType<
    Pick<Admission, "authorities"> & {
      readonly organizations: Readonly<Record<string, Pick<Admission, "certificate">>>;
    }
  >;
  /** Content of `consortium.yaml`, next to the PEM files of one party. */
  readonly consortium: z.ZodType<ConsortiumDocument>;
  /** The admission of one party, as its stack remembers it. */
  readonly admission: z.ZodType<A>;
}

/** Content of `consortium.yaml`, without knowledge of its system. */
export interface ConsortiumDocument {
  /** The CA certificates of `trust.pem`, by the generation's name. */
  readonly authorities: z.output<typeof fingerprints>;
  readonly [field: string]: unknown;
}

/** Returns a system's form of admissions. */
export function admissionForm<N extends string, O extends z.ZodRawShape, S extends z.ZodRawShape>({
  server,
  nameField,
  own,
  shared,
}: {
  readonly server: string;
  readonly nameField: N;
  /** Fields that each party gets for itself. */
  readonly own: O;
  /** Fields that are the same for all parties. */
  readonly shared: S;
}) {
  const named = { [nameField]: partyName } as Record<N, typeof partyName>;
  return {
    server,
    nameField,
    admissions: z.object({
      format,
      authorities,
      ...shared,
      organizations: z.record(z.string(), z.object({ certificate: pem, ...own })),
    }),
    // consortium.yaml is written in this order.
    consortium: z.object({ format, ...named, ...own, authorities: fingerprints, ...shared }),
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
 * @param origin its origin, for the reason: `stack organization/countersign/consortium`.
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

/** Returns the entry of a party. `constructor` is also a valid name. */
function entryOf<T>(organizations: Readonly<Record<string, T>>, party: string): T | undefined {
  return Object.hasOwn(organizations, party) ? organizations[party] : undefined;
}

/** Returns the request of one party from the document that its stack publishes. */
export function requestOf(
  content: unknown,
  party: string,
  origin: string,
): Received<RequestsDocument["organizations"][string]> {
  if (content === undefined) return missing(`${origin} publishes no requests yet`);
  const document = readDocument(requests, content, origin);
  if (document.kind === "missing") return document;
  const own = entryOf(document.value.organizations, party);
  return own === undefined
    ? missing(`${origin} publishes no request of ${party}`)
    : { kind: "here", value: own };
}

/** Returns the admission of one party from the document that the signing stack publishes. */
export function admissionOf<A extends Admission>(
  content: unknown,
  party: string,
  origin: string,
  { admissions, admission, nameField }: AdmissionForm<A>,
): Received<A> {
  if (content === undefined) return missing(`${origin} publishes no admissions yet`);
  const document = readDocument(admissions, content, origin);
  if (document.kind === "missing") return document;
  const own = entryOf(document.value.organizations, party);
  if (own === undefined) return missing(`${origin} publishes no certificate for ${party}`);
  const value = admission.parse({ ...document.value, ...own, [nameField]: party });
  return { kind: "here", value };
}
