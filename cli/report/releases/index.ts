import { concurrently } from "../../../command/concurrently";
import type { ReleaseChange } from "../model";
import { RELEASE } from "../objects";
import type { Plan, PlannedResource } from "../plan";
import type { IndexedPlan, Stated } from "../plan-index";
import { UNKNOWN } from "../value";
import { chartOf, shownChart } from "./charts/source";
import { redrawsOf, withManifests, type ChartOptions } from "./manifests-part";
import {
  differences,
  pathIn,
  secretChanges,
  valueChange,
  type Difference,
} from "./values/differences";
import { givenNames, newNamesOf, type NewNames } from "./values/new-names";
import { whyItChanges } from "./why";

const OPERATIONS = {
  create: "installed",
  update: "upgraded",
  replace: "replaced",
  delete: "removed",
} as const;

/** Number of releases that are rendered at a time, each with two runs of Helm. */
const AT_A_TIME = 2;

/** Changes of a stack's Helm releases, by party and name. If something is not available, the reason replaces it. */
export async function releaseChanges(
  plan: IndexedPlan,
  options: ChartOptions,
): Promise<ReleaseChange[]> {
  const names = newNamesOf(plan);
  const releases = plannedReleases(plan);
  if (releases.length === 0) return [];
  const described = describer(plan, names);
  const changes = await withManifests(options, names, (part) =>
    concurrently(releases, AT_A_TIME, async (release) => {
      const { component, ...description } = described(release);
      const { drawn, manifests, rolls } = await part(release.resource);
      const redraws = redrawsOf(release.operation, component, drawn);
      return { ...description, manifests, rolls, redraws };
    }),
  );
  const keyOf = ({ party, name }: ReleaseChange) => `${party}\n${name}`;
  return changes.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

interface PlannedRelease {
  readonly resource: PlannedResource;
  readonly operation: ReleaseChange["operation"];
}

function plannedReleases({ resources }: Plan): PlannedRelease[] {
  return resources.flatMap((resource) => {
    const { type, operation } = resource;
    if (type !== RELEASE || operation === "same" || operation === "other") return [];
    return [{ resource, operation: OPERATIONS[operation] }];
  });
}

interface Described extends Omit<ReleaseChange, "manifests" | "rolls" | "redraws"> {
  /** Its component, if that states facts. */
  readonly component: Stated | undefined;
}

function describer(plan: IndexedPlan, names: NewNames): (release: PlannedRelease) => Described {
  const given = givenNames(plan);

  return ({ resource, operation }) => {
    const { before, after } = resource;
    const inputs = (after ?? before)?.inputs ?? {};
    const component = plan.stated.get(resource.parent ?? "");
    const name = typeof inputs.name === "string" ? inputs.name : resource.name;
    const party = (component?.after ?? component?.before)?.peers?.[0]?.party ?? name;
    const charts = { before: before && chartOf(before), after: after && chartOf(after) };
    const changed = secretChanges(resource.changes, "values");
    const values = after ? differences(before?.inputs.values, after.inputs.values, changed) : [];
    const own = before && after ? inputDifferences(resource) : [];
    const release = {
      resource,
      party,
      operation,
      component,
      charts,
      values,
      inputs: own.map(({ path }) => path),
      givenNames: given,
    };
    return {
      component,
      party,
      name,
      namespace:
        typeof inputs.namespace === "string"
          ? inputs.namespace
          : inputs.namespace === undefined
            ? "default"
            : UNKNOWN,
      operation,
      why: whyItChanges(release, plan),
      chart: {
        before: charts.before && shownChart(charts.before),
        after: charts.after && shownChart(charts.after),
      },
      values: [
        ...values.map((each) => valueChange(each, names)),
        ...own.map((each) => valueChange({ ...each, path: `(release) ${each.path}` }, names)),
      ],
    };
  };
}

/** Inputs that are reported elsewhere. */
const TOLD: ReadonlySet<string> = new Set(["chart", "values", "version"]);

/** The inputs of a release that differ, other than its chart and values, e.g. `timeout`. */
function inputDifferences({ before, after, changes }: PlannedResource): Difference[] {
  const [old, coming] = [before?.inputs ?? {}, after?.inputs ?? {}];
  return [...new Set([...Object.keys(old), ...Object.keys(coming)])]
    .filter((input) => !TOLD.has(input))
    .sort()
    .flatMap((input) =>
      differences(old[input], coming[input], secretChanges(changes, input), "").map((each) => ({
        ...each,
        path: pathIn(input, each.path),
      })),
    )
    .filter(({ path }) => path !== "repositoryOpts.repo");
}
