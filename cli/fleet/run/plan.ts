import { InvalidArgumentError } from "commander";
import type { SignedParty } from "../../../verify/system";
import { quote } from "../../../x509";
import { CannotStart } from "../failure";
import type { StackFile } from "../stack-folder";

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

const idOf = (stack: string, pass: Pass) => `${stack} ${pass}`;

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

/** Size of a wave: a number of stacks, a percentage of all selected stacks, or all that remain. */
type WaveSize = { readonly stacks: number } | { readonly percent: number } | "rest";

/** Sizes of waves, in their order. */
export interface Waves {
  /** The option's value, e.g. `1,10%,rest`. */
  readonly text: string;
  readonly sizes: readonly WaveSize[];
}

/** @throws InvalidArgumentError if the text is not a list of sizes. */
export function parseWaves(text: string): Waves {
  const parts = text.split(",").map((part) => part.trim());
  const sizes = parts.map(sizeOf);
  const rest = sizes.indexOf("rest");
  if (rest >= 0 && rest < sizes.length - 1) {
    throw new InvalidArgumentError(
      `rest takes all remaining stacks, so ${quote(parts[rest + 1] ?? "")} after it would have none: put rest last.`,
    );
  }
  return { text: parts.join(","), sizes };
}

function sizeOf(part: string): WaveSize {
  if (part === "rest") return part;
  const [, number, isPercent] = /^([1-9]\d*)(%?)$/.exec(part) ?? [];
  const size = Number(number);
  if (number !== undefined && !isPercent) return { stacks: size };
  if (size <= 100) return { percent: size };
  throw new InvalidArgumentError(
    `${part === "" ? "a size is empty" : `${quote(part)} is not a size`}: write numbers of stacks from 1, percentages from 1% to 100%, and rest at the end, as in 1,10%,rest.`,
  );
}

/**
 * Divides stacks into waves. A percentage is one of all stacks, rounded up. The last waves may find fewer stacks than
 * their sizes, or none; waves without stacks are left out.
 *
 * @throws CannotStart if stacks remain.
 */
export function divide<S>(stacks: readonly S[], { text, sizes }: Waves): S[][] {
  const waves: S[][] = [];
  let left = [...stacks];
  for (const size of sizes) {
    const wave = left.slice(0, numberOf(size, stacks.length));
    left = left.slice(wave.length);
    if (wave.length > 0) waves.push(wave);
  }
  if (left.length === 0) return waves;
  throw new CannotStart(
    `--waves ${text} has no wave for ${left.length} of the ${stacks.length} stacks: end it with rest (--waves ${text},rest), or select fewer stacks with --select`,
  );
}

function numberOf(size: WaveSize, all: number): number {
  if (size === "rest") return all;
  return "stacks" in size ? size.stacks : Math.ceil((all * size.percent) / 100);
}

/**
 * Plans a run in waves. Waves consist of stacks in the order of their deployment. Each wave of an `up` ends with the
 * verification of its stacks, and the next one begins only if all of them hold.
 *
 * The request pass of a stack belongs to the stack's wave, since it may change what is deployed. So stacks of earlier
 * waves that read these requests are deployed again, to sign them, before the stacks of this wave.
 *
 * @param stacks the selected stacks of the folder.
 * @throws CannotStart if stacks remain, or wait for each other.
 */
export function planWaves(
  kind: "preview" | "up",
  stacks: readonly StackFile[],
  waves: Waves,
): Task[] {
  const tasks = planUp(stacks);
  const ordered = inOrderOf(tasks).flatMap((name) => stacks.filter((stack) => stack.name === name));
  const divided = divide(ordered, waves);
  return divided.flatMap((wave, position) => {
    const number = position + 1;
    if (kind === "up") return upOfWave(number, divided, tasks);
    return planPreview(wave).map((task) => ({ ...task, wave: number }));
  });
}

/** Returns the names of stacks in the order of their deployments or previews. */
export function inOrderOf(tasks: readonly Task[]): string[] {
  const main = tasks.filter(({ pass }) => pass === "deploy" || pass === "preview");
  return main.map(({ stack }) => stack);
}

function upOfWave(
  wave: number,
  divided: readonly (readonly StackFile[])[],
  tasks: readonly Task[],
): Task[] {
  const namesOf = (waves: typeof divided) => waves.flat().map(({ name }) => name);
  const earlier = namesOf(divided.slice(0, wave - 1));
  const previous = namesOf(divided.slice(wave - 2, wave - 1));
  const names = namesOf(divided.slice(wave - 1, wave));
  const own = tasks.filter(({ stack }) => names.includes(stack));
  const requests = own.filter(({ pass }) => pass === "request");
  const signing = signingTasks(
    tasks.filter(({ stack, pass }) => pass === "deploy" && earlier.includes(stack)),
    requests,
    wave,
  );
  const known = new Set(own.map(({ id }) => id));
  const deployments = own.filter(({ pass }) => pass === "deploy");
  const verified = previous.map((name) => idOf(name, "verify"));
  return [
    ...[...requests, ...signing.values(), ...deployments].map((task) => ({
      ...task,
      needs: [...verified, ...task.needs.map((id) => signing.get(id)?.id ?? id)],
      after: task.after.filter((id) => known.has(id)),
    })),
    ...names.map((name) => verification(name, deployments)),
  ].map((task) => ({ ...task, wave }));
}

/** Returns, by the id of the deployment of an earlier wave, the task that signs requests of this wave. */
function signingTasks(
  earlier: readonly Task[],
  requests: readonly Task[],
  wave: number,
): ReadonlyMap<string, Task> {
  return new Map(
    earlier.flatMap(({ id, stack, after: sources }): [string, Task][] => {
      const after = sources.filter((source) => requests.some((request) => request.id === source));
      if (after.length === 0) return [];
      const sign = `${idOf(stack, "sign")} for wave ${wave}`;
      return [[id, { id: sign, stack, pass: "sign", needs: [], after, requests: [] }]];
    }),
  );
}

/** Returns the task that verifies a stack, once the whole wave has been deployed. */
function verification(stack: string, deployments: readonly Task[]): Task {
  return {
    id: idOf(stack, "verify"),
    stack,
    pass: "verify",
    needs: [idOf(stack, "deploy")],
    after: deployments.map(({ id }) => id),
    requests: [],
  };
}
