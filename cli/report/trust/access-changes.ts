import type { AccessChange } from "../model";
import type { Plan } from "../plan";
import { requiresCertificate, shownBy } from "./modes";
import type { Peer } from "./parties";
import { admits, trustOf } from "./trust";

/**
 * The parties that a server admits on only one side, by server and party: because it lists them only there, or because
 * they have a certificate only there. A server that requires no certificate on either side admits everybody.
 */
export function accessChanges(plan: Plan): AccessChange[] {
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
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
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
  return new Map([...listed, ...dialled].filter(holds).map((pair) => [keyOf(pair), pair] as const));
}

function keyOf({ party, server }: Pair): string {
  return JSON.stringify([server, party]);
}
