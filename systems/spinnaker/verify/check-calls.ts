import type { Installation } from "../../../components/spinnaker/installation";
import { reaches, type Phase } from "../../../components/spinnaker/phase";
import type { ServiceName } from "../../../components/spinnaker/service-table";
import { REPAIR } from "../../../verify/todo";
import type { Doorkeeper } from "../../../verify/tls/entrance";
import { describeRefusal } from "../../../verify/tls/handshake";
import { withDoor } from "../../../verify/tls/with-door";
import { checkRefusals } from "./check-refusals";
import type { Party } from "./sides";
import { dialled } from "./urls";

/** What becomes of callers that do not get in as they should, by their names. */
type Failures = ReadonlyMap<ServiceName, string>;

/**
 * Runs a server on loopback with exactly a service's files and rules, and has all who call the service do so with
 * exactly theirs, by the name that they dial. Before a step is taken, it is rehearsed.
 *
 * @returns the callers that could not call it.
 */
export async function checkCalls(
  callee: Party,
  callers: readonly Party[],
  actual: Installation,
): Promise<readonly ServiceName[]> {
  const { phase, host, port } = callee.service;
  const names = callers.map(({ service }) => service.name).join(", ");
  const failed = new Set<ServiceName>();
  const judge = (code: "accepted" | "prepared", failures: Failures, good: string, todo: string) => {
    for (const name of failures.keys()) failed.add(name);
    if (callers.length > 0) callee.list.judge(code, [...failures.values()], good, todo);
  };
  if (reaches(phase, "tls")) {
    await inPhase(callee, phase, async (door) => {
      const how = phase === "tls" ? "asked for no certificate" : "with what they show";
      judge(
        "accepted",
        await call(door, phase, callee, callers, actual),
        `${names} get in at ${host ?? ""}:${port}, ${how}`,
        "A real call with the pods' files fails like this: what fails of either side says why.",
      );
      await checkRefusals(door, callee, callers);
    });
  }
  const next = NEXT[phase];
  if (next === undefined || callers.length === 0) return [...failed];
  await inPhase(callee, next, async (door) => {
    const what = next === "tls" ? "would know its server" : "would be let in";
    judge(
      "prepared",
      await call(door, next, callee, callers, actual),
      `${names} ${what} in phase ${next}`,
      `Keep ${callee.service.name} in phase ${phase} until this holds: what fails of either side says why.`,
    );
  });
  return [...failed];
}

/** Steps that ask for something new. In `want`, callers show already what `need` will ask for. */
const NEXT: Readonly<Partial<Record<Phase, Phase>>> = { prepare: "tls", tls: "want" };

async function inPhase(
  { server, list }: Party,
  phase: Phase,
  work: (door: Doorkeeper) => Promise<void>,
): Promise<void> {
  if (server === undefined) return; // what is wrong with it is said already
  const entrance = {
    pair: server.pair,
    clientCas: reaches(phase, "want") ? server.clientCas : undefined,
    lenient: phase === "want",
  };
  await withDoor({ entrance, list, todo: REPAIR.objects }, work);
}

async function call(
  door: Doorkeeper,
  phase: Phase,
  callee: Party,
  callers: readonly Party[],
  actual: Installation,
): Promise<Failures> {
  const failures = new Map<ServiceName, string>();
  for (const caller of callers) {
    const failure = await failureOf(door, phase, caller, dialled(caller, callee, actual));
    if (failure !== undefined) failures.set(caller.service.name, failure);
  }
  return failures;
}

async function failureOf(
  door: Doorkeeper,
  phase: Phase,
  { client, service: { name } }: Party,
  host: string,
): Promise<string | undefined> {
  if (client === undefined) return `${name} has no client that works.`;
  const { pair, serverCas } = client;
  if (phase === "need" && pair === undefined)
    return `${name} shows no certificate, and is cut off.`;
  const expects = { host, ca: serverCas.join("") };
  const outcome = await door.attempt({ ...(pair && { pair }), expects });
  if (!outcome.accepted) return `${name} ${describeRefusal(outcome, `refuses it as ${host}`)}`;
  const isSeen = !reaches(phase, "want") || pair === undefined || outcome.shown !== undefined;
  return isSeen ? undefined : `${name} gets in, but its certificate is not seen.`;
}
