import { refuses, type Refusal } from "./refusals";

/** The shortest section of Spinnaker: the usual eight services, deployed by the Operator, here in phase `want`. */
export const SPINNAKER = { target: { operator: {} }, phase: "want" } as const;

/** Returns changes that add Spinnaker to the good configuration, with other values at these paths of its section. */
export function spinnakerWith(
  changes: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const inSection = Object.entries(changes).map(
    ([path, value]) => [`spinnaker/${path}`, value] as const,
  );
  return { spinnaker: SPINNAKER, ...Object.fromEntries(inSection) };
}

/** Creates a test for each row, whose paths are in Spinnaker's section: exactly these problems are found in it. */
export function refusesSpinnaker(table: readonly Refusal[]): void {
  refuses(
    table.map(([title, changes, ...problems]): Refusal => [
      title,
      spinnakerWith(changes),
      ...problems.map((problem) => `spinnaker.${problem}`),
    ]),
  );
}
