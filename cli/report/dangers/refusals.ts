import type { IndexedPlan } from "../plan-index";
import { isReissued, type Leaf } from "../trust/certificates";
import {
  accepts,
  admits,
  checksCallers,
  requiresCertificate,
  shownBy,
  speaksTls,
  trustOf,
  type Party,
  type Peer,
} from "../trust/trust";

/**
 * Duration of a refusal: `for-good` is permanent, `own-up` lasts until the refused party has run its own stack's `up`,
 * `own-trust` until the refusing party has, `roll-out` as long as old pods meet new ones, and `already` exists before
 * this change and after it.
 */
export type Phase = "for-good" | "own-up" | "own-trust" | "roll-out" | "already";

/**
 * Cause of a refusal: `dropped` is a CA that was trusted until now, `early` one that only new pods trust, `untrusted`
 * any other. With `not-admitted`, the server does not list the client; with `no-certificate`, the client shows none
 * where one is required.
 */
type Cause = "dropped" | "early" | "untrusted" | "not-admitted" | "no-certificate";

/** One end of a connection that will refuse the other one. */
export interface Refusal {
  readonly client: string;
  readonly server: string;
  readonly refused: "client" | "server";
  readonly phase: Phase;
  readonly cause: Cause;
  /** The CA of the refused certificate, as in a sentence; undefined if it is not known. */
  readonly ca: string | undefined;
}

/** All refusals, by client and server. Where trust is unknown, none is reported. */
export function refusalsIn(plan: IndexedPlan): Refusal[] {
  const { parties } = trustOf(plan);
  return [...parties.values()].flatMap((client) =>
    (client.after?.dials ?? []).flatMap((name) => {
      const server = parties.get(name);
      return server ? refusalsBetween(client, server) : [];
    }),
  );
}

function refusalsBetween(client: Party, server: Party): Refusal[] {
  const pair = { client: client.party, server: server.party };
  const wasConnected = areConnected(client.before, server.before);
  if (!areConnected(client.after, server.after)) {
    const isShutOut = wasConnected && server.after && !admits(server.after, client.party);
    return isShutOut
      ? [{ ...pair, refused: "client", phase: "for-good", cause: "not-admitted", ca: undefined }]
      : withoutCertificate(client, server);
  }
  if (server.after && !speaksTls(server.after)) return [];
  // A connection that is new, or that did not use TLS before, has no old pods that could meet new ones.
  const spokeTls = wasConnected && server.before && speaksTls(server.before);
  const was = spokeTls ? [client.before, server.before] : [];
  const clientEnd = endOf(was[0], client.after, asClient);
  const serverEnd = endOf(was[1], server.after, asServer);
  return [
    ...withoutCertificate(client, server),
    ...refusalsOf(clientEnd, serverEnd).map((found) => ({
      ...pair,
      refused: "client" as const,
      ...found,
    })),
    ...refusalsOf(serverEnd, clientEnd).map((found) => ({
      ...pair,
      refused: "server" as const,
      ...found,
    })),
  ];
}

/** Whether a client dials a server with what that requires, and is admitted by its name. */
function areConnected(client: Peer | undefined, server: Peer | undefined): boolean {
  if (!server || !client?.dials.includes(server.party)) return false;
  if (!admits(server, client.party)) return false;
  if (!speaksTls(server)) return true;
  const isContent = shownBy(client) !== undefined || !requiresCertificate(server);
  return server.presents !== undefined && isContent;
}

/** Refusal of a client that shows no certificate where one is required, permanently or as long as its old pods live. */
function withoutCertificate(client: Party, server: Party): Refusal[] {
  const { before, after } = server;
  // If no mode is stated for the server, a client without a certificate waits for one.
  if (after?.serves !== "mutual-tls" || !client.after?.dials.includes(after.party)) return [];
  const lacks = (side: Peer | undefined) => side && shownBy(side) === undefined;
  const lacked = client.before?.dials.includes(after.party) && lacks(client.before);
  const found = (phase: Phase): Refusal[] => [
    {
      client: client.party,
      server: server.party,
      refused: "client",
      phase,
      cause: "no-certificate",
      ca: undefined,
    },
  ];
  if (lacks(client.after)) {
    return found(lacked && before?.serves === "mutual-tls" ? "already" : "for-good");
  }
  return lacked && before && !requiresCertificate(before) ? found("roll-out") : [];
}

/** The certificate that an end shows, and the CAs that it trusts; undefined if it checks none, or that is unknown. */
interface Side {
  readonly leaf: Leaf | undefined;
  readonly trusts: Peer["trusts"];
}

function asClient(peer: Peer): Side {
  return { leaf: shownBy(peer), trusts: peer.trusts };
}

function asServer(peer: Peer): Side {
  return { leaf: peer.presents, trusts: checksCallers(peer) ? peer.trusts : undefined };
}

/** An end of a connection before and after its own roll-out; `old` is undefined if it does not exist yet. */
interface End {
  readonly isElsewhere: boolean;
  readonly old: Side | undefined;
  readonly new: Side;
}

function endOf(
  before: Peer | undefined,
  after: Peer | undefined,
  sideOf: (peer: Peer) => Side,
): End {
  const isElsewhere = after?.elsewhere ?? false;
  return {
    isElsewhere,
    // The trust that another stack reports is already in effect when this one reads it.
    old: before && sideOf(isElsewhere ? { ...before, trusts: after?.trusts } : before),
    new: after ? sideOf(after) : { leaf: undefined, trusts: undefined },
  };
}

type Found = Pick<Refusal, "phase" | "cause" | "ca">;

/** Refusals of the presenter's certificate by the verifier. */
function refusalsOf(presenter: End, verifier: End): Found[] {
  const found = (phase: Phase, cause: Cause, leaf: Leaf | undefined): Found => ({
    phase,
    cause,
    ca: leaf?.issuer?.label,
  });
  const isRefused = (by: Peer["trusts"], leaf: Leaf | undefined) => accepts(by, leaf) === false;
  const [was, is] = [presenter.old, presenter.new];
  const [trusted, trusts] = [verifier.old?.trusts, verifier.new.trusts];
  const isRefusedAfter = isRefused(trusts, is.leaf);
  if (was !== undefined && isRefused(trusted, was.leaf)) {
    return isRefusedAfter ? [found("already", "untrusted", is.leaf)] : [];
  }
  if (isRefusedAfter) {
    const isNew = was?.leaf && is.leaf && isReissued(was.leaf, is.leaf);
    if (verifier.isElsewhere) {
      return [found("own-trust", isNew ? "early" : "untrusted", is.leaf)];
    }
    const cause = accepts(trusted, is.leaf) === true ? "dropped" : "untrusted";
    return [found("for-good", cause, is.leaf)];
  }
  if (was === undefined) return [];
  const meetsOld = !presenter.isElsewhere && !verifier.isElsewhere;
  return [
    ...(isRefused(trusts, was.leaf)
      ? [found(presenter.isElsewhere ? "own-up" : "roll-out", "dropped", was.leaf)]
      : []),
    ...(meetsOld && isRefused(trusted, is.leaf) ? [found("roll-out", "early", is.leaf)] : []),
  ];
}
