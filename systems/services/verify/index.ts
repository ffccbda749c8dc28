import { concurrently } from "../../../command/concurrently";
import { partyOf } from "../../../components/services/party";
import { Checklist, waitingChecks, type Check } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import { StoreShelf } from "../../../verify/stores";
import type { ServiceOutputs, ServicesStack } from "../outputs";
import { checkCalls, checkNames, serverOf, type Server } from "./check-calls";
import { checkService, type Party, type Source } from "./check-service";
import {
  CLIENT_POLICIES,
  silentCallers,
  type ClientPolicy,
} from "../../../components/services/client-policy";

const AT_ONCE = 4;

/** Checks services as they are deployed. Those that wait for their first certificate are only reported. */
export async function verifyServices(
  cluster: Cluster,
  stack: ServicesStack,
  at: Date,
  shelf = new StoreShelf(),
): Promise<readonly Check[]> {
  const source: Source = { cluster, shelf, at };
  const deployed = stack.services.filter((service) => !isWaiting(stack, service));
  const lists = new Map(deployed.map(({ name }) => [name, new Checklist(partyOf(name))]));
  const listOf = ({ name }: ServiceOutputs) => lists.get(name) ?? new Checklist(partyOf(name));
  const parties = await concurrently(deployed, AT_ONCE, (service) =>
    checkService(source, service, listOf(service)),
  );
  const byName = new Map(parties.map((party) => [party.service.name, party]));
  await concurrently(parties, AT_ONCE, async (party) => {
    const server = serverOf(party);
    if (server === undefined) return;
    const callers = parties.filter(({ service }) => server.service.name in service.calls);
    checkNames(server, callers);
    const failed = await checkCalls(server, callers, at);
    sayPhase(server, callers, failed);
  });
  for (const party of parties) sayUntried(party, byName, stack);
  return [...[...lists.values()].flatMap(({ checks }) => checks), ...waitingServices(stack)];
}

/** Whether a service waits for its first certificate. One with a certificate keeps it until it gets the next one. */
function isWaiting({ waiting }: ServicesStack, { name, issued }: ServiceOutputs): boolean {
  return issued === undefined && waiting.has(partyOf(name));
}

/** Reports calls that were not tried, since their server is not known. */
function sayUntried(
  { service, list }: Party,
  byName: ReadonlyMap<string, Party>,
  { waiting }: ServicesStack,
): void {
  for (const [callee, host] of Object.entries(service.calls)) {
    const found = byName.get(callee);
    const what = `its calls to ${callee} (${host})`;
    if (found?.service.clients !== undefined) continue;
    if (found)
      list.fail(
        "accepted",
        `${what} reach no server: services.${callee} of the other stack has none.`,
        `Give services.${callee} a server there, or remove services.${service.name}.calls.${callee}.`,
      );
    else if (waiting.has(partyOf(callee)))
      list.warn(
        "not-tried",
        `${what} were not tried, because ${callee} waits for its certificate.`,
        `See the lines of ${partyOf(callee)}.`,
      );
    else
      list.warn(
        "not-tried",
        `${what} were not tried, because the stack with ${callee} is not among the sources.`,
        "Give that stack, too, with --stack or --outputs.",
      );
  }
}

/** Returns lines about services that wait for a certificate. */
function waitingServices({ services, waiting }: ServicesStack): readonly Check[] {
  const prefix = partyOf("");
  return [...waiting].flatMap(([party, reason]) => {
    if (!party.startsWith(prefix)) return []; // a party of another system
    const service = services.find(({ name }) => partyOf(name) === party);
    const which = service?.issued === undefined ? "its certificate" : "its next certificate";
    return waitingChecks({
      party,
      what: `it waits for ${which}`,
      reasons: [reason],
      todo: "Run `pulumi up` in turn: the service's stack creates the request, the other stack signs it, and the service's stack deploys the certificate.",
    });
  });
}

const POLICIES: Readonly<Record<ClientPolicy, string>> = {
  tls: "asks clients for no certificate (tls)",
  optional: "accepts clients without a certificate (optional)",
  required: "requires certificates of its clients (required)",
};

/** Checks that name each caller that fails. */
const CALLS: readonly string[] = ["accepted", "prepared"];

/**
 * Reports the policy of a server, and what blocks its next step.
 *
 * @param callers all its callers.
 * @param failed those that could not call it.
 */
function sayPhase(
  { service, list, clients }: Server,
  callers: readonly Party[],
  failed: readonly string[],
): void {
  const next = CLIENT_POLICIES[CLIENT_POLICIES.indexOf(clients) + 1];
  if (next === undefined) {
    list.pass("phase", `${POLICIES[clients]}, the last step`);
    return;
  }
  const planned = [
    { name: service.name, clients: next, presents: service.presents, calls: [] },
    ...callers.map((caller) => ({
      name: caller.service.name,
      clients: undefined,
      presents: caller.service.presents,
      calls: [service.name],
    })),
  ];
  const ownFaults = list.checks.some(
    ({ ok, severity, code }) => !ok && severity === "error" && !CALLS.includes(code),
  );
  const reasons = [
    ...(ownFaults ? ["by the failed checks above"] : []),
    ...failed.map((caller) => `by ${caller}, whose handshake failed above`),
    ...silentCallers(planned).map(({ message }) => `because ${message}`),
  ];
  const verdict =
    reasons.length === 0
      ? `nothing blocks "${next}"`
      : `"${next}" is blocked ${reasons.join(", and ")}`;
  list.pass("phase", `${POLICIES[clients]}; ${verdict}`);
}
