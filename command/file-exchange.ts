import type { z } from "zod";
import type { Applicant } from "../enrollment/admission";
import type { Admission, AdmissionForm } from "../enrollment/documents";
import type { Terms } from "../enrollment/requests";
import type { TrustPolicy } from "../enrollment/trust";
import { quote, type Certificate, type CertificateRequest } from "../x509";

/** A line of output: a label and its cells. */
export type Row = readonly [label: string, ...cells: string[]];

/** A party of another stack whose requests this stack signs, as configured. */
export interface EnrolledParty {
  readonly source: { readonly stack: string } | { readonly file: string };
  /** The configuration key of the source, e.g. `enrollments.MyOrg1MSP.request`. */
  readonly sourceKey: string;
  readonly terms: Terms;
  /** Its name in the admission that it gets. */
  readonly admittedAs: string;
}

/** A party of this stack whose requests another stack signs, as configured. */
export interface MemberParty<A extends Admission = Admission> {
  readonly source: { readonly stack: string } | { readonly directory: string };
  /** The configuration key of the source, e.g. `organizations.MyOrg1MSP.signedBy`. */
  readonly sourceKey: string;
  readonly applicant: Omit<Applicant, "requests" | "trust" | "firstUse">;
  readonly trust: TrustPolicy;
  /** Common name (CN) of its certificate. @default - the stack does not expect a certain one */
  readonly commonName?: string;
  /** SHA-256 of an admission that is accepted even though it reverts something. */
  readonly accept?: string | undefined;
  /** Directories of parties with the same trust: what one of them trusts at first use, all do. */
  readonly trustsWith: readonly string[];
  /** Lists setbacks in what the system adds, as a clause for each. */
  furtherSetbacks(admission: A, inUse: A): readonly string[];
}

/** The parties that exchange files with other stacks, as a stack's configuration lists them. */
export interface Parties<A extends Admission = Admission> {
  /** Parties of other stacks, by the name that they have in this one. */
  readonly enrolled: ReadonlyMap<string, EnrolledParty>;
  /** Parties of this stack by name; undefined if the stack's own authority signs. */
  readonly members: ReadonlyMap<string, MemberParty<A> | undefined>;
}

/**
 * Reads a section of a stack's configuration, without secrets; undefined if there is none.
 *
 * @throws ConfigError with every problem.
 */
export type ReadSection = <S extends z.ZodType>(name: string, schema: S) => z.output<S> | undefined;

/** A party in what a stack publishes. */
export interface PublishedParty {
  /** Name by which users choose it. */
  readonly name: string;
  /** Its name in its admission. */
  readonly party: string;
  /** Its name for people, among all parties that the stack publishes. */
  readonly title: string;
  /** Path of its folder, below that of all parties. */
  readonly folder: string;
}

/** Words of a system, for messages. */
interface ExchangeWords {
  /** The kind of party: `organization`. */
  readonly party: string;
  /** The same with its article. */
  readonly oneParty: string;
  /** Beginning of every party's name, before the name in its section. */
  readonly prefix: string;
  /** The stack that signs: `the consortium's stack`. */
  readonly signer: string;
  /** Section of the stack's own parties: `organizations`. */
  readonly members: string;
  /** Last part of the key that names a file with requests, beside `stack`. */
  readonly requestKey: string;
  /** What a stack needs to publish anything, as a clause. */
  readonly publishes: string;
}

/** The names in the subject of a request or certificate, and where it was. */
export interface Named {
  readonly subject: Certificate["subject"];
  /** Path of its file. */
  readonly origin: string;
}

/** An explanation for a request that no enrollment lists. */
interface Unlisted {
  readonly reason: string;
  /** Configuration that would grant what it asks for. @default - none could */
  readonly proposal?: string | undefined;
}

/** How a system's parties exchange requests and certificates as files, for `countersign enroll`. */
export interface FileExchange<A extends Admission = Admission> {
  readonly form: AdmissionForm<A>;
  readonly words: ExchangeWords;
  /** Whether a stack with these outputs has the system. */
  isIn(outputs: object): boolean;
  /**
   * Returns a party in the outputs with requests or admissions.
   *
   * @returns the problem with its name, if it is no name that the system gives.
   */
  published(entry: string): PublishedParty | string;
  parties(read: ReadSection): Parties<A>;
  /** Returns the name of the enrolled party that made a request, or else of the stack's own; undefined if it is not known. */
  requester(named: Named, parties: Parties<A>): string | undefined;
  /**
   * Returns the name of the party for which a certificate is.
   *
   * @param nearby the party for which the document next to it is. @default - not known
   */
  holder(named: Named, parties: Parties<A>, nearby?: string): string | undefined;
  /** @param path path of the stack's configuration. */
  unlisted(
    request: CertificateRequest,
    origin: string,
    parties: Parties<A>,
    path: string,
  ): Unlisted;
  /** Returns lines about what the system adds to an admission. */
  rows(further: Omit<A, keyof Admission>): readonly Row[];
}

/** A system's exchange of files with the parties of one stack. */
export interface Side<A extends Admission = Admission> {
  readonly system: FileExchange<A>;
  readonly parties: Parties<A>;
}

/** Joins a whole list, because a reviewer decides on all of it; unusual texts are quoted and escaped. */
export function listed(texts: readonly string[]): string {
  return texts.map(readable).join(", ") || "none";
}

function readable(text: string): string {
  return /^[A-Za-z0-9._*/:@-]{1,253}$/.test(text) ? text : quote(text);
}
