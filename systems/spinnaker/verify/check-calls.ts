import {
  baseUrl,
  type Installation,
  type Service,
} from "../../../components/spinnaker/installation";
import { reaches, type Phase } from "../../../components/spinnaker/phase";
import { urlProperties } from "../../../components/spinnaker/profiles";
import type { ServiceName } from "../../../components/spinnaker/service-table";
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
import { canonical, resolved } from "./properties";
import type { Party, ServerSide } from "./service-view";

/** Checks the URLs by which a service is called, if the target sets them, and those by which it calls others. */
export function checkUrls({ service, view, list }: Party, actual: Installation): void {
  const { name, phase } = service;
  // Gate's URL would be the one to which Deck sends browsers, and no service calls Gate.
  const isAnnounced = actual.target !== "kustomize" && name !== "gate";
  const isWanted = reaches(phase, "tls") || view.baseUrl?.startsWith("https:") === true;
  const problems = [
    ...(isAnnounced && isWanted
      ? differing(`baseUrl of service-settings.${name}`, view.baseUrl, baseUrl(service))
      : []),
    ...propertiesWithUrls(service, actual).flatMap(([path, wanted]) =>
      differing(`${path.join(".")} of ${view.origin}`, valueOf(view, path), wanted),
    ),
  ];
  list.judge(
    "base-url",
    problems,
    "the URLs by which it is called, and by which it calls, are those of this phase",
    "Callers would not reach the server in this way: undo what was changed by hand.",
  );
}

/** Checks that a server's certificate is valid for every name by which it is called. */
export function checkNames(callee: Party, callers: readonly Party[], actual: Installation): void {
  const { leaf, list, service } = callee;
  if (leaf === undefined) return;
  const dialledBy = callers.map((caller) => ({
    host: dialled(caller, callee, actual),
    by: caller.service.name,
  }));
  const hosts = [...new Set([service.host ?? "", ...dialledBy.map(({ host }) => host)])];
  const problems = hosts
    .filter((host) => !coversHost(leaf, host))
    .map((host) => {
      const by = dialledBy.filter((each) => each.host === host).map((each) => each.by);
      const who = by.length > 0 ? by.join(", ") : "whoever calls it";
      return `${who} would dial ${host}, but its certificate is for ${quoteList(leaf.dnsNames)}.`;
    });
  list.judge(
    "names",
    problems,
    `its certificate is for the name by which it is called, ${quoteList(hosts)}`,
    `Set spinnaker.services.${service.name}.host to the name that callers dial, or add it to its dnsNames.`,
  );
}

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
    list,
    leaf,
    asks,
    at,
    pair: server.pair,
    todo: REPAIR.objects,
    clientCas: asks === "nothing" ? undefined : server.clientCas,
  };
}

function clientOf({ service: { name }, client, leaf }: Party, phase: Phase, host: string): Client {
  if (client === undefined) return { name, fault: "has no working client." };
  const { pair, serverCas } = client;
  if (phase === "need" && pair === undefined)
    return { name, fault: "shows no certificate, and is cut off." };
  return {
    name,
    expects: { host, ca: serverCas.join("") },
    ...(pair && { pair, ...(leaf && { leaf }) }),
  };
}

/** Returns a client for a service that nobody calls: its own, as far as it has one. */
function selfOf({ service, leaf, client }: Party, { pair, clientCas }: ServerSide): Client {
  const host = service.host ?? leaf?.dnsNames[0] ?? "localhost";
  const ca = (client?.serverCas ?? clientCas).join("");
  return { name: "a client", pair, ...(leaf && { leaf }), expects: { host, ca } };
}

/** Returns the host at which a caller really calls a service. */
function dialled(caller: Party, callee: Party, actual: Installation): string {
  // Only URLs of the callee. One without TLS has none, and is called by its host in the installation.
  const own = propertiesWithUrls(caller.service, only(callee.service.name, actual));
  const urls = [...own.map(([path]) => valueOf(caller.view, path)), callee.view.baseUrl];
  const [url] = urls.filter((text) => text !== undefined && URL.canParse(text));
  return url === undefined ? (callee.service.host ?? "") : new URL(url).hostname;
}

function only(name: ServiceName, { services, ...rest }: Installation): Installation {
  return { ...rest, services: services.filter((service) => service.name === name) };
}

function differing(what: string, found: string | undefined, wanted: string): string[] {
  return found === wanted ? [] : [`${what} ${described(found)}, but must be ${wanted}.`];
}

/** Describes a URL, without parts that could contain a password. */
function described(url: string | undefined): string {
  if (url === undefined) return "is not set";
  if (!URL.canParse(url)) return "is not a URL";
  const { protocol, host } = new URL(url);
  return `is ${quoteList([`${protocol}//${host}`])}`;
}

function propertiesWithUrls(service: Service, actual: Installation) {
  return urlProperties(service, actual, actual.target === "kustomize");
}

function valueOf({ properties }: Party["view"], path: readonly string[]): string | undefined {
  const value = properties.get(canonical(path.join(".")));
  return value === undefined ? undefined : resolved(properties, value);
}
