import type { PlannedResource } from "../plan";
import { differences, type Difference } from "./values/differences";
import { secretChanges } from "./values/secret-changes";

/** Inputs that are reported elsewhere. */
const TOLD: ReadonlySet<string> = new Set(["chart", "values", "version"]);

/** The inputs of a release that differ, other than its chart and values, e.g. `timeout`. */
export function inputDifferences({ before, after, changes }: PlannedResource): Difference[] {
  const [old, coming] = [before?.inputs ?? {}, after?.inputs ?? {}];
  return [...new Set([...Object.keys(old), ...Object.keys(coming)])]
    .filter((input) => !TOLD.has(input))
    .sort()
    .flatMap((input) =>
      differences(old[input], coming[input], secretChanges(changes, input), "").map((each) => ({
        ...each,
        path: pathOf(input, each.path),
      })),
    )
    .filter(({ path }) => path !== "repositoryOpts.repo");
}

function pathOf(input: string, path: string): string {
  if (path === "") return input;
  return path.startsWith("[") ? input + path : `${input}.${path}`;
}
