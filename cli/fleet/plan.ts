import type { SignedParty } from "../../verify/system";
import { CannotStart } from "./failure";
import type { StackFile } from "./stack-file";

/**
 * A kind of run of a stack: `request` deploys it only far enough to publish its certificate requests, `deploy` deploys
 * all of it, and `preview` previews it. With waves, `sign` deploys a stack of an earlier wave again for the requests of
 * a later one, and `verify` verifies what is deployed.
 */
export type Pass = "request" | "deploy" | "preview" | "sign" | "verify";

/** One pass of one stack, and the tasks that must come before it. */
export interface Task {
  readonly id: string;
  readonly stack: string;
  readonly pass: Pass;
  /** Tasks that must succeed before this one. */
  readonly needs: readonly string[];
  /** Tasks that must end before this one, whether or not they succeed. */
  readonly after: readonly string[];
  /** Parties that a request pass is for; empty in other passes. */
  readonly requests: readonly SignedParty[];
  /** Number of its wave, from 1. @default - the run has no waves */
  readonly wave?: number;
}

export const idOf = (stack: string, pass: Pass) => `${stack} ${pass}`;

/** Plans one preview per stack. They are independent of each other, because a preview sees what is deployed. */
export function planPreview(stacks: readonly StackFile[]): Task[] {
  return stacks.map(({ name }) => ({
    id: idOf(name, "preview"),
    stack: name,
    pass: "preview",
    needs: [],
    after: [],
    requests: [],
  }));
}

/**
 * Plans the passes that deploy the stacks, in an order in which they can run: a stack that signs comes after the
 * requests of the stacks that it reads them from, and before the deployments of the stacks that it signs for.
 *
 * @param stacks the selected stacks of the folder; links to others are ignored.
 * @throws CannotStart if stacks wait for each other.
 */
export function planUp(stacks: readonly StackFile[]): Task[] {
  const selected = new Map(stacks.map((stack) => [stack.name, stack]));
  const isTaken = (name: string) =>
    stacks.some((other) => other.name !== name && other.takesRequestsOf.includes(name));

  const signersOf = ({ name, signed }: StackFile) =>
    new Set(
      signed
        .map(({ signer }) => signer)
        .filter((signer) => signer !== undefined && signer !== name && selected.has(signer)),
    ) as ReadonlySet<string>;
  // If there is no signer to wait for, one pass publishes the requests and deploys.
  const hasRequestPass = (stack: StackFile) => isTaken(stack.name) && signersOf(stack).size > 0;

  const tasks = stacks.flatMap((stack): Task[] => {
    const { name } = stack;
    const sources = stack.takesRequestsOf.flatMap((source) => {
      const taken = source === name ? undefined : selected.get(source);
      if (!taken) return [];
      return [idOf(source, hasRequestPass(taken) ? "request" : "deploy")];
    });
    const request: Task = {
      id: idOf(name, "request"),
      stack: name,
      pass: "request",
      needs: [],
      after: [],
      requests: stack.signed.filter(({ signer }) => signer !== undefined),
    };
    const own = hasRequestPass(stack) ? [request] : [];
    const signers = [...signersOf(stack)].map((signer) => idOf(signer, "deploy"));
    const deploy: Task = {
      id: idOf(name, "deploy"),
      stack: name,
      pass: "deploy",
      needs: [...own.map(({ id }) => id), ...signers],
      after: sources,
      requests: [],
    };
    return [...own, deploy];
  });
  return inOrder(tasks);
}

/** Sorts each task after those that it waits for, and otherwise keeps their order. */
function inOrder(tasks: readonly Task[]): Task[] {
  const ordered: Task[] = [];
  const placed = new Set<string>();
  let rest = tasks;
  while (rest.length > 0) {
    const ready = rest.filter(({ needs, after }) =>
      [...needs, ...after].every((id) => placed.has(id)),
    );
    if (ready.length === 0) throw new CannotStart(describeCycle(rest));
    for (const task of ready) placed.add(task.id);
    ordered.push(...ready);
    rest = rest.filter(({ id }) => !placed.has(id));
  }
  return ordered;
}

function describeCycle(tasks: readonly Task[]): string {
  const stacks = [...new Set(tasks.map(({ stack }) => stack))];
  return `these stacks wait for each other, so none can be deployed first: ${stacks.join(", ")}; make signedBy.stack and enrollments.*.request.stack point in one direction, or select fewer stacks with --select`;
}
