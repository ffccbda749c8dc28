import type { Installation } from "../../../components/spinnaker/installation";
import { reaches, type Phase } from "../../../components/spinnaker/phase";
import type { ServiceName } from "../../../components/spinnaker/service-table";
import {
  admit,
  onStage,
  rehearse,
  type Client,
  type Round,
  type Stage,
} from "../../../verify/rehearsal";
import { REPAIR } from "../../../verify/todo";
import type { Party, ServerSide } from "./sides";
import { dialled } from "./urls";

/**
 * Runs a server on the loopback interface with exactly a service's files and rules. Each caller of the service calls it
 * with exactly its own files, by the name that it really uses. Then the next phase is rehearsed.
 *
 * @returns the callers that could not call it.
 */
export async function checkCalls(
  callee: Party,
  callers: readonly Party[],
  actual: Installation,
  at: Date,
): Promise<readonly ServiceName[]> {
  const { server } = callee;
  if (server === undefined) return []; // already reported
  const { name, phase, host, port } = callee.service;
  const names = callers.map(({ service }) => service.name).join(", ");
  const clientsIn = (each: Phase) =>
    callers.map((caller) => clientOf(caller, each, dialled(caller, callee, actual)));
  const failed: Client[] = [];
  if (reaches(phase, "tls")) {
    const how = phase === "tls" ? "without a certificate" : "with the certificates they show";
    const round: Round = {
      code: "accepted",
      good: () => `calls by ${names} to ${host ?? ""}:${port} are accepted, ${how}`,
      todo: "A real call with the pods' files fails in the same way: the failed checks of both sides explain why.",
    };
    const stage = stageOf(callee, server, phase, at);
    failed.push(...(await rehearse(stage, clientsIn(phase), round, selfOf(callee, server))));
  }
  const next = NEXT[phase];
  if (next !== undefined && callers.length > 0) {
    const what = next === "tls" ? "would accept its server" : "would be accepted";
    const round: Round = {
      code: "prepared",
      good: () => `${names} ${what} in phase ${next}`,
      todo: `Keep ${name} in phase ${phase} until this holds: the failed checks of both sides explain why.`,
    };
    const stage = stageOf(callee, server, next, at);
    const clients = clientsIn(next);
    const admitted = await onStage(stage, (door) => admit(door, stage, clients, round));
    failed.push(...clients.filter((client) => admitted?.includes(client) === false));
  }
  const failing = new Set(failed.map((client) => client.name));
  return callers.map(({ service }) => service.name).filter((each) => failing.has(each));
}

/** Steps with new requirements. In `want`, callers already show what `need` will require. */
const NEXT: Readonly<Partial<Record<Phase, Phase>>> = { prepare: "tls", tls: "want" };

function stageOf({ list, leaf }: Party, server: ServerSide, phase: Phase, at: Date): Stage {
  const asks = phase === "need" ? "required" : phase === "want" ? "optional" : "nothing";
  return {
    ...{ list, leaf, asks, at, pair: server.pair, todo: REPAIR.objects },
    clientCas: asks === "nothing" ? undefined : server.clientCas,
  };
}

function clientOf({ service: { name }, client, leaf }: Party, phase: Phase, host: string): Client {
  if (client === undefined) return { name, fault: "has no working client." };
  const { pair, serverCas } = client;
  if (phase === "need" && pair === undefined)
    return { name, fault: "shows no certificate, and is cut off." };
  return {
    ...{ name, expects: { host, ca: serverCas.join("") } },
    ...(pair && { pair, ...(leaf && { leaf }) }),
  };
}

/** Returns a client for a service that nobody calls: its own, as far as it has one. */
function selfOf({ service, leaf, client }: Party, { pair, clientCas }: ServerSide): Client {
  const host = service.host ?? leaf?.dnsNames[0] ?? "localhost";
  const ca = (client?.serverCas ?? clientCas).join("");
  return { name: "a client", pair, ...(leaf && { leaf }), expects: { host, ca } };
}
