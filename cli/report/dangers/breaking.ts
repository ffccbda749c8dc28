import type { Danger } from "../model";
import type { Plan } from "../plan";
import { textOf, todoOf, type Breakage } from "./breakage-words";
import { refusalsIn, type Phase } from "./refusals";
import { grouped } from "../words";

const WORST_FIRST: readonly Phase[] = ["for-good", "own-up", "own-trust", "roll-out", "already"];

/** The connections that a plan cuts, the longest cuts first. Clients that are cut off in the same way are grouped. */
export function breaking(plan: Plan): Danger[] {
  const oneSided = grouped(refusalsIn(plan), (each) => keyOf(each, each.refused)).map(
    ([first, ...others]): Breakage => ({
      ...first,
      clients: [first, ...others].map(({ client }) => client),
    }),
  );
  return grouped(oneSided, (each) => keyOf(each, each.clients.join()))
    .map(([first, ...others]): Breakage =>
      others.length > 0 ? { ...first, refused: "both" } : first,
    )
    .map((breakage) => ({ rank: WORST_FIRST.indexOf(breakage.phase), ...dangerOf(breakage) }))
    .sort((one, other) => one.rank - other.rank || (one.text < other.text ? -1 : 1))
    .map(({ kind, text, todo }) => ({ kind, text, todo }));
}

function dangerOf(breakage: Breakage): Danger {
  return { kind: "breaking", text: textOf(breakage), todo: todoOf(breakage) };
}

function keyOf(
  { server, phase, cause, ca }: Pick<Breakage, "server" | "phase" | "cause" | "ca">,
  rest: string,
): string {
  return JSON.stringify([server, phase, cause, ca, rest]);
}
