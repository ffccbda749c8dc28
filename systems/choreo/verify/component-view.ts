import type { Material } from "../../../components/choreo/places";
import type { Checklist } from "../../../verify/check";
import { plannedContent, type ChoreoOutputs, type ComponentKeys, type Row } from "../outputs";

/** Variables and files that a component finds when it starts. */
export interface ComponentView {
  readonly environment: ReadonlyMap<string, string>;
  /** Contents by absolute path. */
  readonly files: ReadonlyMap<string, string>;
  /** Origin of the contents, for messages. */
  readonly origin: string;
  /** What to do if the contents are not those of the stack. */
  readonly todo: string;
}

/**
 * Reads a material as the component does: the variable's content, or the file whose path the variable contains.
 *
 * @returns undefined if the component has no such material, or does not find it.
 */
export function materialOf(
  plan: readonly Row[],
  { environment, files }: ComponentView,
  material: Material,
): string | undefined {
  const row = plan.find(({ holds }) => holds === material);
  if (row?.variable !== undefined) return environment.get(row.variable);
  const path = plan.find(({ holds, value }) => holds === "path" && value === row?.mountPath);
  return files.get(environment.get(path?.variable ?? "") ?? "");
}

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

/** Remedies if a component is not as the stack deployed it. */
export const TODO = {
  /** For what people enter, which comes only from the stack. */
  plan: "`pulumi up` restores the plan; then enter everything that has another hash in `countersign choreo plan`.",
  workload:
    "`pulumi up --refresh` restores the Workload. If this happens again, something else writes the Workload, too.",
  owner:
    "Delete the other Workload. Put its own settings into the manifest of choreo.components.<name>.workload.",
  release:
    "OpenChoreo creates a release of a Workload by itself if its Component has `autoDeploy`; otherwise, somebody must create it. `kubectl describe releasebinding` says what stops a release.",
  promote:
    "Promote the newest release to it, and remove overrides of the stack's entries from its ReleaseBinding.",
  references:
    "`pulumi up --refresh` restores what the stack deployed. If the store refuses to be written to, see its ClusterSecretStore, or set choreo.target.openchoreo.secretStore.",
  root: "Add the CAs above it, up to the root, to authority.generations.<name>.chain.",
  certificate: "`pulumi up` issues it as configured; then roll out the component.",
  keys: "Treat the key as exposed: change the component's algorithm in the configuration, which creates a new key, and remove the old one.",
};
