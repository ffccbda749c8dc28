import { planUp } from "../../cli/fleet/plan";
import type { StackFile } from "../../cli/fleet/stack-file";

/** One `pulumi up` of a stack: so far that its requests are published, or all of it. */
export interface Deployment {
  readonly stack: string;
  readonly pass: "request" | "deploy";
}

/** As many as the workflow has jobs for: requests, the stacks that sign, the organizations. */
export const STEPS = 3;

/**
 * The stacks to deploy after a change: those that have changed, the stacks that sign for them, and the organizations
 * for which a changed stack signs, which take their certificates with an `up` of their own.
 *
 * @param stacks all of the project.
 * @param changed names.
 * @returns names, in the project's order.
 */
export function affectedBy(
  changed: ReadonlySet<string>,
  stacks: readonly StackFile[],
): readonly string[] {
  const affected = new Set(changed);
  for (const { name, organizations } of stacks) {
    for (const { signer } of organizations) {
      if (signer === undefined) continue;
      if (changed.has(name)) affected.add(signer);
      if (changed.has(signer)) affected.add(name);
    }
  }
  return stacks.map(({ name }) => name).filter((name) => affected.has(name));
}

/**
 * What can be deployed at a time, in order: each step needs those before it.
 *
 * @param stacks those to deploy.
 * @param asksAnew whether a stack must publish its requests before they can be signed.
 * @returns exactly {@link STEPS} lists, the last ones empty where fewer are needed.
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
    if (pass === "preview" || (pass === "request" && !asksAnew(stack))) continue;
    // Tasks come in order, so that what a task waits for has its place; requests that need not be published have none.
    const earlier = [...needs, ...after].map((task) => placed.get(task) ?? -1);
    const step = Math.max(-1, ...earlier) + 1;
    const list = steps[step];
    if (list === undefined) {
      throw new Error(
        `${stack} would come in step ${step + 1}, and the workflow has ${STEPS}: deploy the stacks before it first, with the workflow's input \`stacks\``,
      );
    }
    placed.set(id, step);
    list.push({ stack, pass });
  }
  return steps;
}
