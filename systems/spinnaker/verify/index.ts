import { concurrently } from "../../../command/concurrently";
import {
  callersOf,
  type Installation,
  type Service,
} from "../../../components/spinnaker/installation";
import {
  ORGANIZATION,
  partyOf,
  type ServiceName,
} from "../../../components/spinnaker/service-table";
import { nextPhase, reaches } from "../../../components/spinnaker/phase";
import { phaseProblems } from "../../../components/spinnaker/roll-out";
import { Checklist, type Check } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import { StoreShelf } from "../../../verify/stores";
import { installationOf, type SpinnakerOutputs, type SpinnakerStack } from "../outputs";
import { checkCalls, checkNames, checkUrls } from "./check-calls";
import { checkService, type Source } from "./check-service";
import { readHalyard } from "./read-halyard";
import { readComponent, readKustomize } from "./read-kustomize";
import { readOperator } from "./read-operator";
import type { Party, ReadView } from "./service-view";

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
  const { services } = installationOf(stack);
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

/** Returns a reader for the services of a target; undefined if nothing is deployed, which is added to the list. */
async function readTarget(
  cluster: Cluster,
  outputs: SpinnakerOutputs,
  whole: Checklist,
): Promise<ReadView | undefined> {
  const { target } = outputs;
  if (target.kind === "operator") return readOperator(cluster, outputs, target, whole);
  if (target.kind === "kustomize" && target.deployed) return readKustomize(cluster, outputs);
  whole.pass(
    "exported",
    "not deployed by this stack: the exported files and the Secrets in the cluster are checked",
  );
  return target.kind === "kustomize"
    ? readComponent(cluster, outputs)
    : readHalyard(cluster, outputs);
}

/** Callers that could be refused after the next step. */
interface Blockers {
  /** Callers whose handshake failed. */
  readonly failed: readonly ServiceName[];
  /** Callers whose settings cannot be read. */
  readonly unread: readonly ServiceName[];
}

/** Checks that name each caller that fails. */
const CALLS: readonly string[] = ["accepted", "prepared"];

/** Reports the phase of a service, and what blocks the next step. */
function sayPhase(
  { service, list }: Party,
  { failed, unread }: Blockers,
  actual: Installation,
): void {
  const { name, phase, legacyPort } = service;
  const next = nextPhase(phase);
  const open =
    legacyPort !== undefined && reaches(phase, "tls")
      ? `, and port ${legacyPort} still speaks plain HTTP with anybody`
      : "";
  if (next === undefined) {
    list.pass("phase", `in phase ${phase}, the last${open}`);
    return;
  }
  const services = actual.services.map((each) =>
    each.name === name ? { ...service, phase: next } : each,
  );
  const rules = phaseProblems({ ...actual, services }).filter(
    (problem) => problem.service === name,
  );
  const ownFaults = list.checks.some(
    ({ ok, severity, code }) => !ok && severity === "error" && !CALLS.includes(code),
  );
  const reasons = [
    ...(ownFaults ? ["by the failed checks above"] : []),
    ...failed.map((caller) => `by ${caller}, whose handshake failed above`),
    ...unread.map((caller) => `by ${caller}, whose settings cannot be read`),
    ...rules.map(({ message }) => `because ${message}`),
  ];
  const verdict =
    reasons.length === 0
      ? `nothing blocks ${next}`
      : `${next} is blocked ${reasons.join(", and ")}`;
  list.pass("phase", `in phase ${phase}${open}; ${verdict}`);
}
