import { Checklist, REPAIR, type Check } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import { concurrently } from "../../../command/concurrently";
import type { ReleaseRef } from "../../../command/stack-outputs";
import { distinctViews, type PodView } from "../../../verify/pod-view";
import { readRelease } from "../../../verify/release";
import type { SubstraOutputs } from "../outputs";
import {
  BACKEND,
  ORCHESTRATOR,
  SetupFault,
  backendSetup,
  orchestratorSetup,
  probeNames,
  type Host,
  type Party,
} from "./setup";
import { checkAdmission, checkPublished } from "./check-admissions";
import { checkBackend, checkOrchestrator } from "./check-parties";
import { checkLive } from "./check-live";

const RELEASES_AT_ONCE = 8;

/** Checks a Substra consortium, or the part of it that some stacks deployed. */
export async function verifySubstra(
  cluster: Cluster,
  { orchestrator, organizations, admissions }: Omit<SubstraOutputs, "waiting">,
  at: Date,
): Promise<readonly Check[]> {
  const lists: Checklist[] = [];
  const listFor = (party: string) => {
    const list = new Checklist(party);
    lists.push(list);
    return list;
  };
  const hostList = listFor("orchestrator"); // first, because lists are printed in this order
  const [hosts, read] = await Promise.all([
    orchestrator === undefined ? [] : readHosts(cluster, orchestrator, hostList, at),
    concurrently([...organizations], RELEASES_AT_ONCE, async ([mspId, ref]) => {
      const list = listFor(mspId);
      return { mspId, list, views: distinctViews(await readRelease(cluster, ref, BACKEND, list)) };
    }),
  ]);
  const [host] = hosts;
  const parties = read.flatMap(({ mspId, list, views }) =>
    views.flatMap((view) => partyOf(mspId, view, scope(list, view, views), host, at)),
  );
  if (host !== undefined && admissions !== undefined) checkPublished(host, admissions);
  for (const [mspId, admission] of Object.entries(admissions?.organizations ?? {})) {
    const deployed = parties.filter((party) => party.mspId === mspId);
    // A separate list: problems with a published certificate do not concern what is deployed.
    checkAdmission(listFor(mspId), admission, host, deployed, at);
  }
  if (host !== undefined) await checkLive(host, parties, at);
  if (orchestrator === undefined) {
    hostList.warn(
      "not-tried",
      "no call was tried, because the orchestrator's stack is not among the sources.",
      "Add it: --stack NAME, or --outputs FILE with what `pulumi stack output --json` prints for it.",
    );
  }
  return lists.flatMap(({ checks }) => checks);
}

async function readHosts(
  cluster: Cluster,
  ref: ReleaseRef,
  whole: Checklist,
  at: Date,
): Promise<readonly Host[]> {
  const views = distinctViews(await readRelease(cluster, ref, ORCHESTRATOR, whole));
  return views.flatMap((view) => {
    const list = scope(whole, view, views);
    const setup = attempt(list, () => orchestratorSetup(view));
    if (setup === undefined) return [];
    const probes = probeNames(view);
    const leaf = checkOrchestrator(list, setup, probes, at);
    return leaf === undefined ? [] : [{ setup, leaf, probes, list }];
  });
}

function partyOf(
  mspId: string,
  view: PodView,
  list: Checklist,
  host: Host | undefined,
  at: Date,
): Party[] {
  const setup = attempt(list, () => backendSetup(view));
  if (setup === undefined) return [];
  const leaf = checkBackend(list, setup, mspId, host, at);
  // With the key of another certificate, there is no client at all.
  return leaf === undefined || !list.holds("key") ? [] : [{ mspId, setup, leaf, list }];
}

/** Returns a list whose lines name the workloads, if workloads see different files. */
function scope(list: Checklist, { workloads }: PodView, views: readonly PodView[]): Checklist {
  return views.length === 1 ? list : list.about(workloads.join(", "));
}

/** Reads the settings and files that a program needs to start; undefined if that fails. */
function attempt<T>(list: Checklist, read: () => T): T | undefined {
  try {
    const result = read();
    list.pass("files", "the settings and files that it needs to start exist");
    return result;
  } catch (error) {
    if (!(error instanceof SetupFault)) throw error;
    list.fail("files", error.message, REPAIR.values);
    return undefined;
  }
}
