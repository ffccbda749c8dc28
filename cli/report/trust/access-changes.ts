import type { AccessChange } from "../model";
import type { Plan } from "../plan";
import type { Peer } from "./parties";
import { admits, trustOf } from "./trust";

/**
 * The parties that a server lets in on one side only, by server and party: because it lists them there only, or because
 * they have a certificate there only.
 */
export function accessChanges(plan: Plan): AccessChange[] {
  const { parties } = trustOf(plan);
  const peersOn = (side: "before" | "after") =>
    new Map([...parties].flatMap(([name, party]) => (party[side] ? [[name, party[side]]] : [])));
  const [before, after] = [accessIn(peersOn("before")), accessIn(peersOn("after"))];
  const onlyIn = (one: Access, other: Access) => [...one].filter(([key]) => !other.has(key));
  return [
    ...onlyIn(after, before).map(([, pair]) => ({ ...pair, change: "gets" as const })),
    ...onlyIn(before, after).map(([, pair]) => ({ ...pair, change: "loses" as const })),
  ].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
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
  // Of a party that the plan does not have, only the server's list is known.
  const holds = ({ party }: Pair) => !peers.has(party) || peers.get(party)?.presents !== undefined;
  return new Map([...listed, ...dialled].filter(holds).map((pair) => [keyOf(pair), pair] as const));
}

function keyOf({ party, server }: Pair): string {
  return JSON.stringify([server, party]);
}
