import {
  contentAnnotation,
  contentDigest,
  type Backend,
} from "../../../components/choreo-connect/gateway";
import type { Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import { rollOutProblem } from "../../../verify/cluster/roll-out";
import { REPAIR } from "../../../verify/todo";
import type { Surroundings } from "./surroundings";

/** Checks that a backend's Deployments were rolled out after their last change of files, which they read on startup. */
export async function checkRestarts(
  cluster: Cluster,
  backend: Backend,
  namespace: string,
  list: Checklist,
  { stack: { caBundle, issued } }: Surroundings,
): Promise<void> {
  const { name, restarts } = backend;
  if (restarts.length === 0) return;
  const annotation = contentAnnotation(name);
  const current = contentDigest(backend, caBundle, issued.backends[name]?.certificate);
  const problems: string[] = [];
  for (const each of restarts) {
    const what = `Deployment ${namespace}/${each}`;
    const deployment = await cluster.deployment(namespace, each);
    const found = deployment?.spec?.template.metadata?.annotations?.[annotation];
    if (deployment === undefined) problems.push(`${what} does not exist.`);
    else if (found === undefined) problems.push(`${what} has no annotation ${annotation}.`);
    else if (found !== current) {
      problems.push(
        `${what} was rolled out for other files: its annotation ${annotation} is ${found}, but must be ${current}.`,
      );
    } else {
      const unfinished = rollOutProblem(deployment);
      if (unfinished !== undefined) problems.push(`${what} ${unfinished}.`);
    }
  }
  list.judge(
    "roll-out",
    problems,
    `${restarts.join(", ")} rolled out with the current files`,
    `Its pods may have older files. ${REPAIR.objects} Then wait for \`kubectl rollout status\`.`,
  );
}
