import type { Plan } from "../plan";
import { isReissued, type Leaf } from "../trust/leaves";
import { checksCallers, requiresCertificate, shownBy, speaksTls } from "../trust/modes";
import type { Party, Peer } from "../trust/parties";
import { accepts, admits, trustOf } from "../trust/trust";

/**
 * For how long: `for-good`, `own-up` until the refused one has run its own stack's `up`, `own-trust` until the refusing
 * one has, `roll-out` as long as old pods meet new ones, `already` before this change and after it.
 */
export type Phase = "for-good" | "own-up" | "own-trust" | "roll-out" | "already";

/**
 * `dropped` is the CA that was trusted until now, `early` one that is trusted only by pods to come, `untrusted` any other;
 * `no-certificate` is shown where one is required.
 */
export type Cause = "dropped" | "early" | "untrusted" | "not-admitted" | "no-certificate";

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

/** Who will refuse whom, by client and server. Where trust is not known, nothing is said. */
export function refusalsIn(plan: Plan): Refusal[] {
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
  // What begins with this change, or begins to speak TLS, has no pods that could meet others.
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

/** Whether one dials the other with what that asks for, and is let in as far as names decide. */
function areConnected(client: Peer | undefined, server: Peer | undefined): boolean {
  if (!server || !client?.dials.includes(server.party)) return false;
  if (!admits(server, client.party)) return false;
  if (!speaksTls(server)) return true;
  const isContent = shownBy(client) !== undefined || !requiresCertificate(server);
  return server.presents !== undefined && isContent;
}

/** That a client shows nothing to a server that requires a certificate, in the end or as long as its old pods live. */
function withoutCertificate(client: Party, server: Party): Refusal[] {
  const { before, after } = server;
  // Where nothing is said of a server's mode, a client without a certificate waits for one.
  if (after?.serves !== "mutual-tls" || !client.after?.dials.includes(after.party)) return [];
  const lacks = (side: Peer | undefined) => side && shownBy(side) === undefined;
  const lacked = client.before?.dials.includes(after.party) && lacks(client.before);
  const found = (phase: Phase): Refusal[] => [
    {
      ...{ client: client.party, server: server.party, refused: "client", phase },
      ...{ cause: "no-certificate", ca: undefined },
    },
  ];
  if (lacks(client.after)) {
    return found(lacked && before?.serves === "mutual-tls" ? "already" : "for-good");
  }
  return lacked && before && !requiresCertificate(before) ? found("roll-out") : [];
}

/** What one shows, and whose certificates it accepts; undefined if it does not look at any, or that is not known. */
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

/** What an end of a connection has before and after its own roll-out; nothing before if there is none yet. */
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
    // What another stack says of its trust is so already, whenever this one reads it.
    old: before && sideOf(isElsewhere ? { ...before, trusts: after?.trusts } : before),
    new: after ? sideOf(after) : { leaf: undefined, trusts: undefined },
  };
}

type Found = Pick<Refusal, "phase" | "cause" | "ca">;

/** When one end's certificate is refused by the other end. */
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
