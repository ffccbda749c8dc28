import { z } from "zod";
import { isDnsName, isIpAddress, quote } from "../x509";

/** Version of the documents below. Documents of another version are not read, as they may mean something else. */
export const FORMAT = 1;

/**
 * A name that a stranger may give. People see it, and all names that this program gives are ASCII: letters of other
 * scripts could only serve to imitate them.
 */
const name = z.string().regex(/^[ -~]{1,253}$/, { error: "not a printable name" });

/** A party. It is compared with an MSP ID, and quoted if it differs. */
const party = z.string().regex(/^\P{C}{1,253}$/u, { error: "not a printable name" });

/** A PEM block. The largest certificates and requests have a few KiB. */
const pem = z.string().max(64 * 1024);

/** Most generations that a CA may have. A rotation has two or three. */
const MOST_AUTHORITIES = 100;
const MOST_NAMES = 1000;

const names = z.array(name).max(MOST_NAMES);

function authoritiesOf<S extends z.ZodType>(generation: S) {
  return z
    .record(name, generation)
    .refine((generations) => Object.keys(generations).length <= MOST_AUTHORITIES, {
      error: `has more than ${MOST_AUTHORITIES} generations`,
    });
}

const host = z
  .string()
  .refine((text) => isDnsName(text) || isIpAddress(text), { error: "not a host name" });

const endpoint = z.object({ host, port: z.int().min(1).max(65535) });

const orchestrator = z.object({
  /** Endpoint for backends in the same cluster. */
  internal: endpoint,
  /** Endpoint for all other backends, if there is one. */
  external: endpoint.optional(),
  /** DNS names in the orchestrator's certificate. */
  dnsNames: names,
  /** IP addresses in the certificate. @default - none */
  ipAddresses: z
    .array(z.string().refine(isIpAddress, { error: "not an IP address" }))
    .max(MOST_NAMES)
    .optional(),
  /** The chart with which it is deployed. */
  chart: z.object({ name, version: name }),
});

const state = z.enum(["trusted", "signing"]);

/** Document that the stack of one or more organizations publishes (output `requests`). */
export const requests = z.object({
  format: z.literal(FORMAT),
  organizations: z.record(
    z.string(),
    z.object({
      /** The certificate request, PKCS#10 PEM (RFC 2986). */
      request: pem,
      /** Name of the request's key, in the organization's `certificate.keys`. */
      key: name,
      /** SHA-256 fingerprints of the CA certificates that it has deployed. @default - none yet */
      trusted: z.array(z.string()).optional(),
    }),
  ),
});

/** Document that the consortium's stack publishes (output `admissions`). */
export const admissions = z.object({
  format: z.literal(FORMAT),
  authorities: authoritiesOf(z.object({ state, certificate: pem })),
  orchestrator,
  organizations: z.record(z.string(), z.object({ certificate: pem, channels: names })),
});

/** Content of `consortium.yaml`, next to the PEM files of one organization. */
export const consortium = z.object({
  format: z.literal(FORMAT),
  mspId: party,
  channels: names,
  /** The CA certificates of `trust.pem`, by the generation's name. */
  authorities: authoritiesOf(z.object({ state, fingerprint: z.string() })),
  orchestrator,
});

type RequestsDocument = z.output<typeof requests>;
export type AdmissionsDocument = z.output<typeof admissions>;
export type ConsortiumDocument = z.output<typeof consortium>;
export type OrchestratorContract = z.output<typeof orchestrator>;

/**
 * Admission of one organization: its certificate, the CAs to trust, and how to reach the orchestrator. All of it is
 * public.
 */
export const admission = z.object({
  mspId: party,
  /** The organization's certificate, one PEM block. */
  certificate: pem,
  /** The CA's generations by name. */
  authorities: admissions.shape.authorities,
  channels: names,
  orchestrator,
});

export type Admission = z.output<typeof admission>;

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

/** Returns the entry of an organization. `constructor` is also a valid MSP ID. */
function entryOf<T>(organizations: Readonly<Record<string, T>>, mspId: string): T | undefined {
  return Object.hasOwn(organizations, mspId) ? organizations[mspId] : undefined;
}

/** Returns the request of one organization from the document that its stack publishes. */
export function requestOf(
  content: unknown,
  mspId: string,
  origin: string,
): Received<RequestsDocument["organizations"][string]> {
  if (content === undefined) return missing(`${origin} publishes no requests yet`);
  const document = readDocument(requests, content, origin);
  if (document.kind === "missing") return document;
  const own = entryOf(document.value.organizations, mspId);
  return own === undefined
    ? missing(`${origin} publishes no request of ${mspId}`)
    : { kind: "here", value: own };
}

/** Returns the admission of one organization from the document that the consortium's stack publishes. */
export function admissionOf(content: unknown, mspId: string, origin: string): Received<Admission> {
  if (content === undefined) return missing(`${origin} publishes no admissions yet`);
  const document = readDocument(admissions, content, origin);
  if (document.kind === "missing") return document;
  const { authorities, orchestrator: offered, organizations } = document.value;
  const own = entryOf(organizations, mspId);
  if (own === undefined) return missing(`${origin} publishes no certificate for ${mspId}`);
  return { kind: "here", value: { mspId, ...own, authorities, orchestrator: offered } };
}
