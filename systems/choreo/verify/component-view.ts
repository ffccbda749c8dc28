import type { Material } from "../../../components/choreo/places";
import type { Row } from "../outputs";

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
