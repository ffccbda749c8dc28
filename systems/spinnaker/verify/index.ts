import { callersOf, type Service } from "../../../components/spinnaker/installation";
import {
  ORGANIZATION,
  partyOf,
  type ServiceName,
} from "../../../components/spinnaker/service-table";
import { Checklist, type Check } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import { concurrently } from "../../../command/concurrently";
import { installationOf } from "../outputs";
import type { SpinnakerStack } from "../outputs";
import { StoreShelf } from "../../../verify/stores";
import { checkCalls } from "./check-calls";
import { checkService, type Source } from "./check-service";
import { sayPhase } from "./phase-line";
import { readTarget } from "./read-target";
import type { Party } from "./sides";
import { checkNames, checkUrls } from "./urls";

const AT_ONCE = 4;

/** Checks Spinnaker's services as they are deployed, or as the exported files would deploy them. */
export async function verifySpinnaker(
  cluster: Cluster,
  stack: SpinnakerStack,
  at: Date,
  shelf = new StoreShelf(),
): Promise<readonly Check[]> {
  const whole = new Checklist(ORGANIZATION);
  const readView = await readTarget(cluster, stack, whole);
  if (readView === undefined) return whole.checks;
  const source: Source = { cluster, stack, shelf, readView, at };
  const services = [...installationOf(stack).services.values()];
  const lists = services.map((service) => new Checklist(partyOf(service.name)));
  const listOf = (service: Service) =>
    lists[services.indexOf(service)] ?? new Checklist(partyOf(service.name));
  const checked = await concurrently(services, AT_ONCE, (service) =>
    checkService(source, service, listOf(service)),
  );
  const parties = checked.filter((party) => party !== undefined);
  await checkTogether(parties, stack, at);
  return [whole, ...lists].flatMap(({ checks }) => checks);
}

/** Checks what depends on several services. */
async function checkTogether(
  parties: readonly Party[],
  stack: SpinnakerStack,
  at: Date,
): Promise<void> {
  const phases = new Map(parties.map(({ service }) => [service.name, service.phase]));
  const actual = installationOf(stack, phases);
  const byName = new Map(parties.map((party) => [party.service.name, party]));
  await concurrently(parties, AT_ONCE, async (callee) => {
    const names = callersOf(actual, callee.service.name).map(({ name }) => name);
    const callers = names.flatMap((name: ServiceName) => byName.get(name) ?? []);
    checkUrls(callee, actual);
    checkNames(callee, callers, actual);
    const failed = await checkCalls(callee, callers, actual, at);
    const unread = names.filter((name) => !byName.has(name));
    sayPhase(callee, { failed, unread }, actual);
  });
}
