import type { AccessChange, Connection, Generation, TrustChange } from "../model";
import type { IndexedPlan } from "../plan-index";
import { isUnknown } from "../value";
import type { AuthorityGeneration } from "./certificates";
import {
  accepts,
  admits,
  checksCallers,
  requiresCertificate,
  shownBy,
  speaksTls,
  trustOf,
  type Peer,
} from "./trust";

/**
 * The parties that will trust other CA certificates than now, or will begin to trust any, by name.
 *
 * Parties that leave are not included, nor those whose trust is not known on both sides.
 */
export function trustChanges(plan: IndexedPlan): TrustChange[] {
  return [...trustOf(plan).parties.values()].flatMap(({ party, before, after }) => {
    // Only a part of what another stack decides is known here.
    if (after?.trusts === undefined || after.elsewhere) return [];
    if (before && before.trusts === undefined) return [];
    const [was, is] = [before?.trusts ?? [], after.trusts];
    if (trustKey(was) === trustKey(is)) return [];
    return [{ party, elsewhere: after.elsewhere, before: shown(was), after: shown(is) }];
  });
}

/** What a party trusts, in any order. A generation that is yet to be created differs from any before. */
function trustKey(generations: NonNullable<Peer["trusts"]>): string {
  return generations
    .map(({ id, fingerprint }) => (isUnknown(fingerprint) ? `new ${id}` : fingerprint))
    .sort()
    .join();
}

function shown(generations: readonly AuthorityGeneration[]): Generation[] {
  return generations
    .map(({ id, name, fingerprint }) => ({ id, name, fingerprint }))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}

/**
 * The parties that a server admits on only one side, by server and party: because it lists them only there, or because
 * they have a certificate only there. A server that requires no certificate on either side admits everybody.
 */
export function accessChanges(plan: IndexedPlan): AccessChange[] {
  const { parties } = trustOf(plan);
  const sidesOf = (name: string) => {
    const party = parties.get(name);
    return [party?.before, party?.after].filter((side) => side !== undefined);
  };
  const chooses = ({ server }: Pair) => {
    const sides = sidesOf(server);
    return sides.length === 0 || sides.some(requiresCertificate);
  };
  const described = (pair: Pair, change: AccessChange["change"]): AccessChange => {
    const sides = sidesOf(pair.party);
    const kind = sides.find((side) => side.kind)?.kind;
    return {
      ...pair,
      change,
      ...(sides.some(({ serves }) => serves !== undefined) && { isServer: true }),
      ...(kind && { kind }),
    };
  };
  const peersOn = (side: "before" | "after") =>
    new Map([...parties].flatMap(([name, party]) => (party[side] ? [[name, party[side]]] : [])));
  const [before, after] = [accessIn(peersOn("before")), accessIn(peersOn("after"))];
  const onlyIn = (one: Access, other: Access) => [...one].filter(([key]) => !other.has(key));
  return [
    ...onlyIn(after, before).map(([, pair]) => described(pair, "gets")),
    ...onlyIn(before, after).map(([, pair]) => described(pair, "loses")),
  ]
    .filter(chooses)
    .sort((one, other) => (pairKey(one) < pairKey(other) ? -1 : 1));
}

type Pair = Pick<AccessChange, "party" | "server">;
type Access = ReadonlyMap<string, Pair>;

function accessIn(peers: ReadonlyMap<string, Peer>): Access {
  const listed = [...peers.values()].flatMap((server) =>
    [...(server.admits ?? [])].map((party) => ({ party, server: server.party })),
  );
  const dialled = [...peers.values()].flatMap(({ party, dials }) =>
    dials.filter((server) => admits(peers.get(server), party)).map((server) => ({ party, server })),
  );
  const holds = ({ party, server }: Pair) => {
    const [client, called] = [peers.get(party), peers.get(server)];
    // For a party that the plan does not contain, only the server's list is known.
    if (client === undefined || (called && !requiresCertificate(called))) return true;
    return shownBy(client) !== undefined;
  };
  return new Map(
    [...listed, ...dialled].filter(holds).map((pair) => [pairKey(pair), pair] as const),
  );
}

function pairKey({ party, server }: Pair): string {
  return JSON.stringify([server, party]);
}

/** Every party with those that it dials after the change, by server and client. */
export function connections(plan: IndexedPlan): Connection[] {
  const { parties } = trustOf(plan);
  const clients = [...parties.values()].flatMap(({ after }) => after ?? []);
  return clients
    .flatMap((client) =>
      client.dials.map((name): Connection => {
        const server = parties.get(name)?.after;
        return {
          client: client.party,
          server: name,
          clientIssuer: client.presents?.issuer?.name,
          serverIssuer: server?.presents?.issuer?.name,
          clientTrustsServer:
            server && !speaksTls(server) ? true : accepts(client.trusts, server?.presents),
          serverTrustsClient: admits(server, client.party) && letsIn(server, client),
        };
      }),
    )
    .sort((one, other) => (connectionKey(one) < connectionKey(other) ? -1 : 1));
}

/** Whether a server accepts what a client shows, if it checks that. */
function letsIn(server: Peer | undefined, client: Peer): boolean | undefined {
  if (server && !checksCallers(server)) return true;
  const shown = shownBy(client);
  if (shown === undefined && server?.serves !== undefined) return !requiresCertificate(server);
  return accepts(server?.trusts, shown);
}

function connectionKey({ client, server }: Connection): string {
  return JSON.stringify([server, client]);
}
