import { planUp } from "../../cli/fleet/run/plan";
import type { StackFile } from "../../cli/fleet/stack-folder";

/** One `pulumi up` of a stack: either just far enough to publish its requests, or complete. */
interface Deployment {
  readonly stack: string;
  readonly pass: "request" | "deploy";
}

/** The number of deployment jobs in the workflow: requests, the stacks that sign, the organizations. */
const STEPS = 3;

/**
 * Returns the stacks to deploy after a change: those that have changed, the stacks that sign for them, and the
 * organizations for which a changed stack signs, which deploy their certificates with an `up` of their own.
 *
 * @param stacks all of the project.
 * @param changed names of the changed stacks.
 * @returns names, in the project's order.
 */
export function affectedBy(
  changed: ReadonlySet<string>,
  stacks: readonly StackFile[],
): readonly string[] {
  const affected = new Set(changed);
  for (const { name, signed } of stacks) {
    for (const { signer } of signed) {
      if (signer === undefined) continue;
      if (changed.has(name)) affected.add(signer);
      if (changed.has(signer)) affected.add(name);
    }
  }
  return stacks.map(({ name }) => name).filter((name) => affected.has(name));
}

/**
 * Returns the deployments that can run at the same time, as steps in order: each step depends on those before it.
 *
 * @param stacks those to deploy.
 * @param asksAnew tells whether a stack must publish its requests before they can be signed.
 * @returns exactly {@link STEPS} lists; the last ones are empty if fewer are needed.
 * @throws CannotStart if stacks wait for each other.
 * @throws Error if there are more steps than the workflow has.
 */
export function deploymentSteps(
  stacks: readonly StackFile[],
  asksAnew: (stack: string) => boolean,
): readonly (readonly Deployment[])[] {
  const steps: Deployment[][] = Array.from({ length: STEPS }, () => []);
  const placed = new Map<string, number>();
  for (const { id, stack, pass, needs, after } of planUp(stacks)) {
    if (pass !== "deploy" && (pass !== "request" || !asksAnew(stack))) continue;
    // Tasks come in order, so the tasks that one waits for have been placed, except for requests that need not be
    // published.
    const earlier = [...needs, ...after].map((task) => placed.get(task) ?? -1);
    const step = Math.max(-1, ...earlier) + 1;
    const list = steps[step];
    if (list === undefined) {
      throw new Error(
        `${stack} would be deployed in step ${step + 1}, but the workflow has only ${STEPS}: deploy the stacks before it first, with the workflow's input \`stacks\``,
      );
    }
    placed.set(id, step);
    list.push({ stack, pass });
  }
  return steps;
}
