import type { Workload } from "../components/kubernetes/workload";
import { REPAIR, type Checklist } from "./check";
import type { Cluster } from "./cluster/api";
import { readWorkload, rollOutProblem } from "./cluster/pods";

/** Workloads that a stack restarts by an annotation of their pods. */
interface Restarts {
  readonly namespace: string;
  readonly workloads: readonly Workload[];
  readonly annotation: string;
  /** Value for the current files. */
  readonly digest: string;
}

/** Checks that workloads were rolled out after the last change of their files, which they read on startup. */
export async function checkRestarts(
  cluster: Cluster,
  { namespace, workloads, annotation, digest }: Restarts,
  list: Checklist,
): Promise<void> {
  if (workloads.length === 0) return;
  const problems: string[] = [];
  for (const workload of workloads) {
    const what = `${workload.kind} ${namespace}/${workload.name}`;
    const live = await readWorkload(cluster, namespace, workload);
    const found = live?.spec?.template.metadata?.annotations?.[annotation];
    if (live === undefined) problems.push(`${what} does not exist.`);
    else if (found === undefined) problems.push(`${what} has no annotation ${annotation}.`);
    else if (found !== digest) {
      problems.push(
        `${what} was rolled out for other files: its annotation ${annotation} is ${found}, but must be ${digest}.`,
      );
    } else {
      const unfinished = rollOutProblem(live);
      if (unfinished !== undefined) problems.push(`${what} ${unfinished}.`);
    }
  }
  list.judge(
    "roll-out",
    problems,
    `${workloads.map(({ name }) => name).join(", ")} rolled out with the current files`,
    `Its pods may have older files. ${REPAIR.objects} Then wait for \`kubectl rollout status\`.`,
  );
}
