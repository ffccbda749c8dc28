import type { ComponentKeys } from "../export/keys";
import type { ChoreoOutputs } from "../outputs";
import { plannedContent } from "../export/planned-content";
import type { Checklist } from "../../../verify/check";
import type { ComponentView } from "./component-view";
import { TODO } from "./todo";

/**
 * Returns what a component would find if all of its plan were entered into the console, which no program can read.
 *
 * @param keys keys by component; undefined if they are not available.
 */
export function consoleView(
  outputs: ChoreoOutputs,
  component: string,
  keys: ComponentKeys | undefined,
  list: Checklist,
): ComponentView {
  const rows = outputs.choreo.components[component]?.plan ?? [];
  const known = keys === undefined ? rows.filter(({ holds }) => holds !== "key") : rows;
  const found = known.map((row) => ({
    row,
    content: plannedContent(row, component, outputs, keys ?? {}),
  }));
  list.judge(
    "exported",
    found
      .filter(({ content }) => content === undefined)
      .map(
        ({ row: { holds, name } }) =>
          `the ${holds} for ${name} does not match the hash in the plan.`,
      ),
    "people enter it into the console: its plan is checked, but not whether it has been entered",
    TODO.plan,
  );
  const entries = (place: "mountPath" | "variable") =>
    found.flatMap(({ row, content }) => {
      const at = row[place];
      return at === undefined || content === undefined ? [] : [[at, content] as const];
    });
  return {
    environment: new Map(entries("variable")),
    files: new Map(entries("mountPath")),
    origin: "its plan",
    todo: TODO.plan,
  };
}
