import type { Material } from "../../../components/choreo/places";
import type { Row } from "../outputs";

/** What a component finds when it starts. */
export interface ComponentView {
  readonly environment: ReadonlyMap<string, string>;
  /** By absolute path. */
  readonly files: ReadonlyMap<string, string>;
  /** Where they come from, for messages. */
  readonly origin: string;
  /** What to do where it is not as the stack made it. */
  readonly todo: string;
}

/**
 * What it reads of a material, as it does itself: the variable's content, or the file at the path that the variable holds.
 *
 * @returns undefined if it has no such material, or does not find it.
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
