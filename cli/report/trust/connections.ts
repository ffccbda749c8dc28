import type { Connection } from "../model";
import type { Plan } from "../plan";
import { accepts, admits, trustOf } from "./trust";

/** Every party with those that it dials, as they will be; by server and client. */
export function connections(plan: Plan): Connection[] {
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
          clientTrustsServer: accepts(client.trusts, server?.presents),
          serverTrustsClient:
            admits(server, client.party) && accepts(server?.trusts, client.presents),
        };
      }),
    )
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

function keyOf({ client, server }: Connection): string {
  return JSON.stringify([server, client]);
}
