import type { Plan } from "../plan";
import { isReissued, type Leaf } from "../trust/leaves";
import type { Party, Peer } from "../trust/parties";
import { accepts, admits, trustOf } from "../trust/trust";

/**
 * For how long: `for-good`, `own-up` until the refused one has run its own stack's `up`, `own-trust` until the refusing
 * one has, `roll-out` as long as old pods meet new ones, `already` before this change and after it.
 */
export type Phase = "for-good" | "own-up" | "own-trust" | "roll-out" | "already";

/** `dropped` is the CA that was trusted until now, `early` one that is trusted only by pods to come, `untrusted` any other. */
export type Cause = "dropped" | "early" | "untrusted" | "not-admitted";

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
      : [];
  }
  // What begins with this change has no pods that could meet others.
  const was = wasConnected ? [client.before, server.before] : [];
  const [clientEnd, serverEnd] = [endOf(was[0], client.after), endOf(was[1], server.after)];
  return [
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

/** Whether one dials the other with a certificate, and is let in as far as names decide. */
function areConnected(client: Peer | undefined, server: Peer | undefined): boolean {
  return (
    client?.presents !== undefined &&
    server?.presents !== undefined &&
    client.dials.includes(server.party) &&
    admits(server, client.party)
  );
}

/** What an end of a connection has before and after its own roll-out; nothing before if there is none yet. */
interface End {
  readonly isElsewhere: boolean;
  readonly old: { readonly leaf: Leaf | undefined; readonly trusts: Peer["trusts"] } | undefined;
  readonly new: { readonly leaf: Leaf | undefined; readonly trusts: Peer["trusts"] };
}

function endOf(before: Peer | undefined, after: Peer | undefined): End {
  const isElsewhere = after?.elsewhere ?? false;
  return {
    isElsewhere,
    old: before && {
      leaf: before.presents,
      // What another stack says of its trust is so already, whenever this one reads it.
      trusts: isElsewhere ? after?.trusts : before.trusts,
    },
    new: { leaf: after?.presents, trusts: after?.trusts },
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
