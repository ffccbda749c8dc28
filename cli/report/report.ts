import type { Facts } from "../../facts";
import { certificatePart } from "./certificates";
import type { ConfigLines } from "./config-lines";
import { dangers } from "./dangers";
import type { Report, StackReport } from "./model";
import { noticesOf } from "./notices";
import type { Plan } from "./plan";
import { indexOf, type IndexedPlan } from "./plan-index";
import { releaseChanges } from "./releases";
import type { ChartOptions } from "./releases/manifests-part";
import { accessChanges, connections, trustChanges } from "./trust/changes";
import { serverChanges } from "./trust/server-changes";
import { workloadChanges } from "./workloads";

interface ReportOptions extends ChartOptions {
  /** The time of the report, by which certificates are due or expired. */
  readonly at: Date;
  /** Returns the lines of the keys in a stack's configuration. */
  readonly linesOf: (plan: Plan) => ConfigLines;
}

/** The report on what the plans do to identities, trust and releases. */
export async function reportOf(plans: readonly Plan[], options: ReportOptions): Promise<Report> {
  const stacks: StackReport[] = [];
  // One after the other, as each stack already renders several charts at a time.
  for (const plan of plans) stacks.push(await stackReport(indexOf(plan), options));
  return { at: options.at.toISOString(), stacks };
}

async function stackReport(plan: IndexedPlan, options: ReportOptions): Promise<StackReport> {
  const { at, linesOf } = options;
  const releases = await releaseChanges(plan, options);
  return {
    stack: plan.stack,
    failure: plan.failure,
    ...certificatePart(plan, linesOf(plan), at),
    trust: trustChanges(plan),
    access: accessChanges(plan),
    servers: serverChanges(plan),
    releases,
    workloads: workloadChanges(plan),
    dangers: dangers(plan, releases, at),
    waiting: waitingIn(plan, undefined),
    waitingServices: waitingIn(plan, "service"),
    waitingComponents: waitingIn(plan, "component"),
    notices: noticesOf(plan),
    connections: connections(plan),
    operations: operationsOf(plan),
  };
}

function waitingIn(plan: IndexedPlan, kind: Facts["kind"]): readonly string[] {
  return [...plan.stated.values()]
    .flatMap(({ after }) => (after?.kind === kind ? (after?.waiting ?? []) : []))
    .sort();
}

/** Components are not counted, as they contain only facts. */
function operationsOf({ resources }: Plan): StackReport["operations"] {
  const counts = { create: 0, update: 0, replace: 0, delete: 0 };
  for (const { operation, type } of resources) {
    if (operation === "same" || operation === "other" || isBookkeeping(type)) continue;
    counts[operation]++;
  }
  return counts;
}

function isBookkeeping(type: string): boolean {
  return type.startsWith("countersign:") || type.startsWith("pulumi:");
}
