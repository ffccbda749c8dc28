import { CannotStart } from "./failure";
import type { SignedOrganization, StackFile } from "./stack-file";

/**
 * What is done with a stack: `request` deploys it so far that its certificate requests are published; `deploy` and
 * `preview` are what they say.
 */
export type Pass = "request" | "deploy" | "preview";

/** One pass of one stack, and what must come before it. */
export interface Task {
  readonly id: string;
  readonly stack: string;
  readonly pass: Pass;
  /** Tasks without whose success this one makes no sense. */
  readonly needs: readonly string[];
  /** Tasks that come first if they can: without their success this one is done all the same. */
  readonly after: readonly string[];
  /** What a request pass is for; empty in other passes. */
  readonly requests: readonly SignedOrganization[];
}

const idOf = (stack: string, pass: Pass) => `${stack} ${pass}`;

/** One preview for each stack. They are independent of each other: a preview sees what is deployed. */
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
 * The passes that deploy the stacks, in an order in which they can be done: a stack that signs comes after the
 * requests of those that it takes requests from, and before the deployment of those that it signs for.
 *
 * @param stacks those of the folder that were selected; links to others do not count.
 * @throws CannotStart if stacks wait for each other.
 */
export function planUp(stacks: readonly StackFile[]): Task[] {
  const selected = new Map(stacks.map((stack) => [stack.name, stack]));
  const isTaken = (name: string) =>
    stacks.some((other) => other.name !== name && other.takesRequestsOf.includes(name));

  const signersOf = ({ name, organizations }: StackFile) =>
    new Set(
      organizations
        .map(({ signer }) => signer)
        .filter((signer) => signer !== undefined && signer !== name && selected.has(signer)),
    ) as ReadonlySet<string>;
  // Without a signer to wait for, one pass publishes the requests and deploys.
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
      requests: stack.organizations.filter(({ signer }) => signer !== undefined),
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

/** Each task after those that it waits for, else as they came. */
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
  return `these stacks wait for each other, so that none can be deployed first: ${stacks.join(", ")}; let signedBy.stack and enrollments.*.request.stack point in one direction, or select fewer stacks with --select`;
}
