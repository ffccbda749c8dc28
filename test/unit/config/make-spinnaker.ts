import { refuses, type Refusal } from "./refusals";

/** The shortest section for Spinnaker: the usual eight services with the Operator, here in phase `want`. */
export const SPINNAKER = { target: { operator: {} }, phase: "want" } as const;

/** Changes to the good configuration: they add Spinnaker, with other values at these paths of its section. */
export function spinnakerWith(
  changes: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const inSection = Object.entries(changes).map(
    ([path, value]) => [`spinnaker/${path}`, value] as const,
  );
  return { spinnaker: SPINNAKER, ...Object.fromEntries(inSection) };
}

/** Creates a test for each row, with paths in Spinnaker's section: exactly these problems are found in it. */
export function refusesSpinnaker(table: readonly Refusal[]): void {
  refuses(
    table.map(([title, changes, ...problems]): Refusal => [
      title,
      spinnakerWith(changes),
      ...problems.map((problem) => `spinnaker.${problem}`),
    ]),
  );
}
