import type { PlannedResource } from "../plan";
import { helmProgram } from "./charts/helm";
import { chartFinder } from "./charts/locate";
import { renderer } from "./charts/render";
import { traitsReader } from "./charts/template-traits";
import { temporaryFolder } from "./charts/temporary-folder";
import { renderedPart, type ManifestPart } from "./manifests-part";
import type { NewNames } from "./values/new-names";

/** Renders the charts of a run. */
export interface Charts {
  part(resource: PlannedResource): Promise<ManifestPart>;
  /** Deletes what was downloaded. */
  close(): void;
}

export interface ChartOptions {
  /** Absolute path of the folder to which paths of charts are relative. */
  readonly project: string;
  /** Git revision that is deployed. */
  readonly base: string | undefined;
  /** Name or path of the program. @default "helm" */
  readonly helm?: string;
}

export function openCharts(
  { project, base, helm: program = "helm" }: ChartOptions,
  names: NewNames,
): Charts {
  const temporary = temporaryFolder();
  const helm = helmProgram(program, temporary, project);
  const works = {
    find: chartFinder({ project, base, helm, temporary }),
    render: renderer(helm),
    traitsOf: traitsReader(),
    names,
  };
  return { part: (resource) => renderedPart(resource, works), close: () => temporary.remove() };
}
