import type { Doorkeeper } from "../tls/entrance";
import { describeRefusal } from "../tls/handshake";
import {
  attemptOf,
  entranceOf,
  withDoor,
  type Admission,
  type Client,
  type Round,
  type Stage,
} from "./parts";
import { checkRefusals } from "./refusals";

export { checkRefusals } from "./refusals";
export { entranceOf } from "./parts";
export type { Client, Round, Stage } from "./parts";

/**
 * Runs a server as it is deployed. Its clients call it with their own files. Then the clients and servers that must be
 * refused are tried, in the same way for every system.
 *
 * @param self a client that replaces the others if none is accepted, such as the server's own pod.
 * @returns the clients that were not accepted.
 */
export async function rehearse(
  stage: Stage,
  clients: readonly Client[],
  round: Round,
  self?: Client,
): Promise<readonly Client[]> {
  const admitted = await onStage(stage, async (door) => {
    const inside = await admit(door, stage, clients, round);
    await checkRefusals(door, stage, inside, self);
    return inside;
  });
  return admitted === undefined ? [] : clients.filter((client) => !admitted.includes(client));
}

/** Runs the server for the duration of some work. */
export function onStage<T>(
  stage: Stage,
  work: (door: Doorkeeper) => Promise<T>,
): Promise<T | undefined> {
  return withDoor({ entrance: entranceOf(stage), list: stage.list, todo: stage.todo }, work);
}

/** Lets the clients call the server. @returns the clients that are accepted. */
export async function admit(
  door: Doorkeeper,
  stage: Stage,
  clients: readonly Client[],
  { code, good, todo }: Round,
): Promise<readonly Client[]> {
  if (clients.length === 0) return [];
  const admitted: Client[] = [];
  const admissions: Admission[] = [];
  const failures: string[] = [];
  for (const client of clients) {
    const outcome = await tryClient(door, stage, client);
    if (typeof outcome === "string") failures.push(`${client.name} ${outcome}`);
    else {
      admitted.push(client);
      admissions.push(outcome);
    }
  }
  stage.list.judge(code, failures, good(admissions), todo);
  return admitted;
}

async function tryClient(
  door: Doorkeeper,
  stage: Stage,
  client: Client,
): Promise<Admission | string> {
  if (client.fault !== undefined) return client.fault;
  const outcome = await door.attempt(attemptOf(client));
  if (!outcome.accepted) {
    const { address, expects } = client;
    const refuses =
      expects?.host === undefined ? "refuses it" : `refuses it as ${address ?? expects.host}`;
    const isRefused =
      address === undefined ? "is refused" : `is refused when it calls it as ${address}`;
    return describeRefusal(outcome, refuses, isRefused);
  }
  const isSeen = client.leaf === undefined || outcome.shown === client.leaf.fingerprint;
  const mustBeSeen = stage.asks !== "nothing" && client.pair !== undefined;
  if (mustBeSeen && (outcome.shown === undefined || !isSeen))
    return "is accepted, but the server does not see its certificate.";
  return client.judgeSeen?.(outcome) ?? outcome;
}
