import { concurrently } from "../../../command/concurrently";
import {
  checkRefusals,
  entranceOf,
  onStage,
  type Client,
  type Stage,
} from "../../../verify/rehearsal";
import type { Doorkeeper } from "../../../verify/tls/entrance";
import { REPAIR } from "../../../verify/check";
import { GRPC, describeStatus } from "./access";
import { HEALTH, SMOKE_TEST, callMethod, serve, type Caller, type RunningServer } from "./grpc";
import { poolOf, type Host, type Party } from "./setup";

const AT_ONCE = 8;

/**
 * Runs a server with exactly the orchestrator's files and rules on the loopback interface. Every organization calls it
 * with exactly its own files. Then the clients and servers that must be refused are tried.
 */
export async function checkLive(host: Host, parties: readonly Party[], at: Date): Promise<void> {
  const { setup, list, leaf } = host;
  const stage: Stage = {
    list,
    leaf,
    at,
    asks: "required",
    todo: REPAIR.objects,
    pair: { certificate: setup.certificate.text, key: setup.key.text },
    clientCas: setup.mutualTls ? poolOf(setup).map(({ pem }) => pem) : undefined,
  };
  await onStage(stage, async (door) => {
    const server = await serve(entranceOf(stage), setup);
    try {
      await checkProbes(host, server);
      const admitted = await concurrently(parties, AT_ONCE, async (party) =>
        (await checkAccepted(party, server, door)) ? [party] : [],
      );
      // Refusing an organization that is never accepted would prove nothing.
      const inside = admitted.flat();
      await checkRefusals(door, stage, inside.map(clientOf), selfOf(host));
      await concurrently(inside, AT_ONCE, (party) => checkOtherMspId(party, parties, server));
    } finally {
      server.close();
    }
  });
}

function clientOf(party: Party): Client {
  const { mspId, list, leaf } = party;
  const { pair, ca, authority } = callerOf(party);
  return { name: mspId, list, leaf, pair, expects: { host: authority.host, ca } };
}

/** Returns the pod as a client of itself. */
function selfOf(host: Host): Client {
  const name = host.probes[0] ?? host.leaf.dnsNames[0] ?? "localhost";
  const { pair, ca } = probeOf(host, name);
  return { name: "a client", pair, expects: { host: name, ca } };
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
    "The pod would be restarted forever: the lines above explain why.",
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
    // gRPC does not report well why there is no connection; a handshake does.
    const outcome = await door.attempt({ pair: caller.pair, expects: { host, ca: caller.ca } });
    const reason = outcome.accepted
      ? status.details
      : `${outcome.reason}${outcome.by === "nobody" ? "" : `, according to the ${outcome.by}`}`;
    problems.push(`there is no connection as ${mspId} to ${host}: ${reason}.`);
    break;
  }
  return party.list.judge(
    "accepted",
    problems,
    `a call as ${mspId} to ${host}:${port} on ${channels.join(", ")} is answered`,
    "A real call with the pods' files fails in the same way: the lines above explain why.",
  );
}

/** Checks that an organization cannot act for another one with its own certificate. */
async function checkOtherMspId(
  party: Party,
  all: readonly Party[],
  server: RunningServer,
): Promise<void> {
  const { list, mspId, setup } = party;
  const other = all.find((each) => each.mspId !== mspId)?.mspId ?? "AnotherMSP";
  const claims = { mspid: other, channel: setup.channels[0] ?? "" };
  const { code, details } = await callMethod(server.port, SMOKE_TEST, callerOf(party), claims);
  const isRight = code === GRPC.permissionDenied && details.startsWith("OE0102");
  const became = code === 0 ? "is answered" : `fails with code ${code} (${details.trim()})`;
  list.judge(
    "refuses-other-msp-id",
    isRight
      ? []
      : [`a call as ${other} with its certificate ${became}; expected PermissionDenied OE0102.`],
    `a call as ${other} with its certificate is refused (PermissionDenied OE0102)`,
    `One organization could act for another. ${REPAIR.values}`,
  );
}

/** Returns the backend as a client. */
function callerOf({ setup }: Party): Caller {
  const { certificate, key, ca, host, port } = setup;
  return {
    pair: { certificate: certificate.text, key: key.text },
    ca: ca.text,
    authority: { host, port },
  };
}

/** Returns the orchestrator's pod as a client of itself, as in its probes. */
function probeOf({ setup }: Host, host: string): Caller {
  const { certificate, key, serverCa } = setup;
  return {
    pair: { certificate: certificate.text, key: key.text },
    ca: serverCa.text,
    authority: { host, port: "9000" },
  };
}
