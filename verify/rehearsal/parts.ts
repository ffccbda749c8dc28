import { messageOf } from "../../command/failure";
import type { Certificate } from "../../x509";
import type { Checklist } from "../check";
import { Doorkeeper, type EntranceOptions } from "../tls/entrance";
import type { Attempt, Outcome, PemPair, Protocols } from "../tls/handshake";

/** A TLS server with the files and rules of a deployed one, which runs on the loopback interface. */
export interface Stage {
  /** Checks of the server's owner. */
  readonly list: Checklist;
  readonly pair: PemPair;
  /** Certificate of the pair; undefined if it cannot be read, in which case no copy of it is tried. */
  readonly leaf: Certificate | undefined;
  /** Whether it must request client certificates; with `optional`, it also accepts clients that show none. */
  readonly asks: "nothing" | "optional" | "required";
  /** CAs that it trusts for clients, as PEM; undefined if it does not request client certificates. */
  readonly clientCas: readonly string[] | undefined;
  /** @default USUAL_PROTOCOLS */
  readonly speaks?: Protocols;
  /** Advice for a server that cannot start with its files. */
  readonly todo: string;
  /** Time at which certificates must be valid. */
  readonly at: Date;
}

/** A client with the files of a deployed one. */
export interface Client {
  /** Name for messages, e.g. `the router`. */
  readonly name: string;
  /** Checks of its owner. @default - the server's list, where messages name the client */
  readonly list?: Checklist;
  /** Key pair that it shows if a server asks. @default - none */
  readonly pair?: PemPair;
  /** Certificate of the pair, if it can be read. */
  readonly leaf?: Certificate;
  /** Host that it calls, and CAs that it trusts for the server. @default - it accepts any server */
  readonly expects?: Attempt["expects"];
  /** Whether it never compares hosts, so that it need not refuse a wrong one. @default false */
  readonly comparesNoHost?: boolean;
  /** Address in messages. @default - the host that it calls */
  readonly address?: string;
  /** @default USUAL_PROTOCOLS */
  readonly speaks?: Protocols;
  /** Reason why it cannot even try to connect, as a sentence without its name. @default - it can */
  readonly fault?: string;
  /** Checks what the server saw. @returns the problem, as a sentence without its name. @default - no problem */
  readonly judgeSeen?: (outcome: Admission) => string | undefined;
}

/** A handshake that succeeded. */
export type Admission = Extract<Outcome, { accepted: true }>;

/** Check and messages for the round in which clients call the server. */
export interface Round {
  readonly code: "accepted" | "prepared";
  /** Message if all clients are accepted. */
  readonly good: (admissions: readonly Admission[]) => string;
  readonly todo: string;
}

/** Joins the names of clients, each once. */
export function namesOf(clients: readonly Client[]): string {
  return [...new Set(clients.map(({ name }) => name))].join(", ");
}

/** Phrase for clients' certificates, in the server's list or in their owner's. */
export function certificatesOf(clients: readonly Client[], isServers: boolean): string {
  return isServers ? `the certificate of ${namesOf(clients)}` : "its certificate";
}

/** Groups clients by the list with their checks. */
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

/** Returns the settings with which the server runs. */
export function entranceOf({ pair, asks, clientCas, speaks }: Stage): EntranceOptions {
  return { pair, clientCas, lenient: asks === "optional", ...(speaks && { speaks }) };
}

/** Returns the handshake that a client tries. */
export function attemptOf({ pair, expects, speaks }: Client): Attempt {
  return { ...(pair && { pair }), ...(expects && { expects }), ...(speaks && { speaks }) };
}

/** A TLS server to start, and the report if it cannot start. */
interface Doorway {
  readonly entrance: EntranceOptions;
  readonly list: Checklist;
  readonly todo: string;
}

/**
 * Runs a TLS server for the duration of some work. If no server can start, the check "serves" fails.
 *
 * @returns the result of the work; undefined if the server could not start.
 */
export async function withDoor<T>(
  { entrance, list, todo }: Doorway,
  work: (door: Doorkeeper) => Promise<T>,
): Promise<T | undefined> {
  let door: Doorkeeper;
  try {
    door = await Doorkeeper.open(entrance);
  } catch (error) {
    list.fail("serves", `a TLS server cannot start with its files: ${messageOf(error)}.`, todo);
    return undefined;
  }
  try {
    return await work(door);
  } finally {
    door.close();
  }
}
