import type { Certificate } from "../../x509";
import type { Checklist } from "../check";
import type { EntranceOptions } from "../tls/entrance";
import type { Attempt, Outcome, PemPair, Protocols } from "../tls/handshake";

/** A TLS server with the files and rules of a deployed one, which runs on loopback. */
export interface Stage {
  /** Checks of the server's owner. */
  readonly list: Checklist;
  readonly pair: PemPair;
  /** Undefined if it cannot be read; then no copy of it is made. */
  readonly leaf: Certificate | undefined;
  /** Whether it must ask clients for certificates; with `optional`, it also admits clients that show none. */
  readonly asks: "nothing" | "optional" | "required";
  /** CAs by which it knows clients, as PEM; undefined if it asks nobody for a certificate. */
  readonly clientCas: readonly string[] | undefined;
  /** @default USUAL_PROTOCOLS */
  readonly speaks?: Protocols;
  /** Repair for a server that cannot start with its files. */
  readonly todo: string;
  /** The time by which certificates are judged. */
  readonly at: Date;
}

/** A client with the files of a deployed one. */
export interface Client {
  /** Name for messages, e.g. `the router`. */
  readonly name: string;
  /** Checks of its owner. @default - the server's list, which names it */
  readonly list?: Checklist;
  /** Pair that it shows if a server asks. @default - none */
  readonly pair?: PemPair;
  /** Certificate of the pair, if it can be read. */
  readonly leaf?: Certificate;
  /** Host that it dials and CAs by which it knows the server. @default - it takes any server */
  readonly expects?: Attempt["expects"];
  /** True of a client that never compares hosts: it is not asked to refuse a wrong one. @default false */
  readonly comparesNoHost?: boolean;
  /** Address in messages. @default - the host that it dials */
  readonly address?: string;
  /** @default USUAL_PROTOCOLS */
  readonly speaks?: Protocols;
  /** Reason why it cannot even try, as a sentence without its name. @default - it can */
  readonly fault?: string;
  /** Judges what the server saw. @returns what is wrong, as a sentence without its name. @default - all is right */
  readonly judgeSeen?: (outcome: Admission) => string | undefined;
}

/** A handshake that succeeded. */
export type Admission = Extract<Outcome, { accepted: true }>;

/** Words for the round in which clients call the server. */
export interface Round {
  readonly code: "accepted" | "prepared";
  /** Message if all clients are admitted. */
  readonly good: (admissions: readonly Admission[]) => string;
  readonly todo: string;
}

/** Names of clients, each once. */
export function namesOf(clients: readonly Client[]): string {
  return [...new Set(clients.map(({ name }) => name))].join(", ");
}

/** Phrase for clients' certificates, on the server's list or on that of their owner. */
export function certificatesOf(clients: readonly Client[], isServers: boolean): string {
  return isServers ? `the certificate of ${namesOf(clients)}` : "its certificate";
}

/** Clients by the list that tells of them. */
export function byList(
  own: Checklist,
  clients: readonly Client[],
): ReadonlyMap<Checklist, readonly Client[]> {
  const groups = new Map<Checklist, Client[]>();
  for (const client of clients) {
    const list = client.list ?? own;
    groups.set(list, [...(groups.get(list) ?? []), client]);
  }
  return groups;
}

/** The entrance that the server opens. */
export function entranceOf({ pair, asks, clientCas, speaks }: Stage): EntranceOptions {
  return { pair, clientCas, lenient: asks === "optional", ...(speaks && { speaks }) };
}

/** The handshake that a client tries. */
export function attemptOf({ pair, expects, speaks }: Client): Attempt {
  return { ...(pair && { pair }), ...(expects && { expects }), ...(speaks && { speaks }) };
}
