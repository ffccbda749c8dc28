import type { Connection } from "../model";
import type { Plan } from "../plan";
import { checksCallers, requiresCertificate, shownBy, speaksTls } from "./modes";
import type { Peer } from "./parties";
import { accepts, admits, trustOf } from "./trust";

/** Every party with those that it dials after the change, by server and client. */
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
          clientTrustsServer:
            server && !speaksTls(server) ? true : accepts(client.trusts, server?.presents),
          serverTrustsClient: admits(server, client.party) && letsIn(server, client),
        };
      }),
    )
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

/** Whether a server accepts what a client shows, if it checks that. */
function letsIn(server: Peer | undefined, client: Peer): boolean | undefined {
  if (server && !checksCallers(server)) return true;
  const shown = shownBy(client);
  if (shown === undefined && server?.serves !== undefined) return !requiresCertificate(server);
  return accepts(server?.trusts, shown);
}

function keyOf({ client, server }: Connection): string {
  return JSON.stringify([server, client]);
}
