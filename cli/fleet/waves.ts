import { InvalidArgumentError } from "commander";
import { quote } from "../../x509";
import { CannotStart } from "./failure";
import { idOf, planPreview, planUp, type Task } from "./plan";
import type { StackFile } from "./stack-file";

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

/** Returns the tasks of the wave with a number. */
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
