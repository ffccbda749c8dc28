import { concurrently } from "../../../command/concurrently";
import type { Doorkeeper, EntranceOptions } from "../../../verify/tls/entrance";
import { withDoor } from "../../../verify/tls/with-door";
import { REPAIR } from "../../../verify/todo";
import { GRPC, describeStatus } from "./access";
import { checkExpiryRefused, checkServerExpiryRefused } from "./check-expired";
import { checkRefusals, checkServerRefusals } from "./check-refusals";
import { HEALTH, SMOKE_TEST, callMethod, serve, type RunningServer } from "./grpc";
import { poolOf } from "./orchestrator-setup";
import { callerOf, probeOf, type Host, type Party } from "./parties";

const AT_ONCE = 8;

/**
 * Runs a server with exactly the orchestrator's files and rules on loopback, has every organization call it with
 * exactly its own files, and tries to get in as those who must be refused.
 */
export async function checkLive(host: Host, parties: readonly Party[], at: Date): Promise<void> {
  const { setup, list } = host;
  const entrance: EntranceOptions = {
    pair: { certificate: setup.certificate.text, key: setup.key.text },
    clientCas: setup.mutualTls ? poolOf(setup).map(({ pem }) => pem) : undefined,
  };
  await withDoor({ entrance, list, todo: REPAIR.objects }, async (door) => {
    const server = await serve(entrance, setup);
    try {
      await checkProbes(host, server);
      const admitted = await concurrently(parties, AT_ONCE, async (party) =>
        (await checkAccepted(party, server, door)) ? [party] : [],
      );
      // That somebody is refused who never gets in would prove nothing.
      const inside = admitted.flat();
      await checkServerRefusals(host, door);
      await concurrently(inside, AT_ONCE, (party) => checkRefusals(party, parties, server, door));
      await Promise.all([
        checkServerExpiryRefused(host, server.port, at),
        checkExpiryRefused(host, inside, at),
      ]);
    } finally {
      server.close();
    }
  });
}

async function checkProbes(host: Host, server: RunningServer): Promise<void> {
  if (host.probes.length === 0) return;
  const problems: string[] = [];
  for (const name of host.probes) {
    const { code, details } = await callMethod(server.port, HEALTH, probeOf(host, name));
    if (code !== 0) problems.push(`the pod's probe for ${name} fails: ${details.trim()}`);
  }
  host.list.judge(
    "probe",
    problems,
    "the pod's probe gets an answer with the server's own pair",
    "The pod would be restarted for ever: the lines above say what is wrong.",
  );
}

async function checkAccepted(
  party: Party,
  server: RunningServer,
  door: Doorkeeper,
): Promise<boolean> {
  const { host, port, channels, mspId } = party.setup;
  const caller = callerOf(party);
  const problems: string[] = [];
  for (const channel of channels) {
    const claims = { mspid: mspId, channel };
    const status = await callMethod(server.port, SMOKE_TEST, caller, claims);
    if (status.code === 0) continue;
    if (status.code !== GRPC.unavailable) {
      problems.push(`a call as ${mspId} on ${channel} is refused: ${describeStatus(status)}.`);
      continue;
    }
    // gRPC does not tell well why there is no connection; a handshake does.
    const outcome = await door.attempt({ pair: caller.pair, expects: { host, ca: caller.ca } });
    const reason = outcome.accepted
      ? status.details
      : `${outcome.reason}${outcome.by === "nobody" ? "" : `, says the ${outcome.by}`}`;
    problems.push(`there is no connection as ${mspId} to ${host}: ${reason}.`);
    break;
  }
  return party.list.judge(
    "accepted",
    problems,
    `a call as ${mspId} to ${host}:${port} on ${channels.join(", ")} is answered`,
    "A real call with the pods' files fails like this: the lines above say what is wrong.",
  );
}
