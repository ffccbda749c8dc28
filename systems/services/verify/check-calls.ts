import type { ClientPolicy } from "../../../components/services/client-policy";
import { REPAIR } from "../../../verify/check";
import {
  admit,
  onStage,
  rehearse,
  type Client,
  type Round,
  type Stage,
} from "../../../verify/rehearsal";
import { coversHost, quoteList } from "../../../x509";
import type { ServiceOutputs } from "../outputs";
import type { OwnPair } from "./check-pair";
import type { Party } from "./check-service";

/** A server with the policy towards its clients. */
export interface Server extends Party {
  readonly clients: ClientPolicy;
}

/** Returns a party as a server; undefined if it is none. */
export function serverOf(party: Party): Server | undefined {
  const { clients } = party.service;
  return clients && { ...party, clients };
}

/** Checks that a server's certificate is valid for every name by which it is called. */
export function checkNames({ service, list, own }: Server, callers: readonly Party[]): void {
  if (own === undefined) return; // already reported
  const { leaf } = own;
  const hosts = [...new Set([service.host ?? "", ...callers.map(dialling(service))])];
  const named = quoteList([...leaf.dnsNames, ...leaf.ipAddresses]);
  const problems = hosts
    .filter((host) => !coversHost(leaf, host))
    .map((host) => {
      const by = callers.filter((caller) => dialling(service)(caller) === host).map(nameOf);
      return `${by.length > 0 ? by.join(", ") : "whoever calls it"} would dial ${host}, but its certificate is for ${named}.`;
    });
  list.judge(
    "names",
    problems,
    `its certificate is for the name by which it is called, ${quoteList(hosts)}`,
    `Set services.${service.name}.server.host to the name that callers dial, or add it to its certificate.dnsNames.`,
  );
}

/**
 * Runs a server on the loopback interface with exactly a service's files and policy. Each caller of the service calls it
 * with exactly its own files, by the host that it dials. Then the next policy is rehearsed.
 *
 * @returns the callers that could not call it.
 */
export async function checkCalls(
  server: Server,
  callers: readonly Party[],
  at: Date,
): Promise<readonly string[]> {
  const { service, clients: policy, own } = server;
  if (own === undefined) return [];
  if (policy !== "tls" && server.trusted === undefined) return []; // already reported
  const clientsAt = (each: ClientPolicy) =>
    callers.map((caller) => clientOf(caller, each, dialling(service)(caller)));
  const names = callers.map(nameOf).join(", ");
  const hosts = [...new Set(callers.map(dialling(service)))].join(", ");
  const port = service.port === undefined ? "" : ` (port ${service.port})`;
  const shown = policy === "tls" ? "without a certificate" : "with the certificates they show";
  const round: Round = {
    code: "accepted",
    good: () => `calls by ${names} to ${hosts}${port} are accepted, ${shown}`,
    todo: "A real call with these files fails in the same way: the failed checks of both sides explain why.",
  };
  const failed = new Set(
    await rehearse(stageOf(server, own, policy, at), clientsAt(policy), round, selfOf(server, own)),
  );
  const failing = new Set([...failed].map(({ name }) => name));
  // With `optional`, callers already show what `required` will require.
  if (policy === "tls" && server.trusted !== undefined && callers.length > 0) {
    const stage = stageOf(server, own, "optional", at);
    const clients = clientsAt("optional");
    const admitted = await onStage(stage, (door) =>
      admit(door, stage, clients, {
        code: "prepared",
        good: () => `${names} would be accepted with "optional"`,
        todo: `Keep services.${service.name}.server.clients "tls" until this holds: the failed checks of both sides explain why.`,
      }),
    );
    for (const client of clients) if (admitted?.includes(client) !== true) failing.add(client.name);
  }
  return callers.map(nameOf).filter((name) => failing.has(name));
}

function stageOf({ list, trusted }: Server, own: OwnPair, policy: ClientPolicy, at: Date): Stage {
  const asks = policy === "tls" ? "nothing" : policy;
  return {
    list,
    ...own,
    asks,
    at,
    todo: REPAIR.objects,
    clientCas: asks === "nothing" ? undefined : trusted,
  };
}

function clientOf({ service, own, trusted }: Party, policy: ClientPolicy, host: string): Client {
  const { name, presents } = service;
  if (trusted === undefined || (presents && own === undefined))
    return { name, fault: "has no working files." };
  if (policy === "required" && !presents)
    return { name, fault: "shows no certificate, and is cut off." };
  const expects = { host, ca: trusted.join("") };
  return presents && own ? { name, expects, ...own } : { name, expects };
}

/** Returns a client for a server that nobody calls, with the server's own files. */
function selfOf({ service, trusted }: Server, own: OwnPair): Client {
  const { pair, leaf } = own;
  const host = service.host ?? leaf.dnsNames[0] ?? "localhost";
  const ca = (trusted ?? service.cas.map(({ pem }) => pem)).join("");
  return { name: "a client", pair, leaf, expects: { host, ca } };
}

/** Returns a function that returns the host by which a caller calls a service. */
function dialling({ name, host = "" }: ServiceOutputs) {
  return ({ service }: Party): string => service.calls[name] ?? host;
}

function nameOf({ service: { name } }: Party): string {
  return name;
}
