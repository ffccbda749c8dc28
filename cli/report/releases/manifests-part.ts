import type { ManifestChanges, Redraw, ReleaseChange } from "../model";
import type { PlannedResource, State } from "../plan";
import type { Stated } from "../plan-index";
import { UNKNOWN, isMap, type Maybe } from "../value";
import { helmProgram, renderer } from "./charts/helm";
import { chartFinder } from "./charts/locate";
import { temporaryFolder, Unavailable } from "./charts/programs";
import { traitsReader, type TemplateTraits } from "./charts/template-traits";
import {
  byId,
  compareObjects,
  installedObjects,
  sortedObjects,
  type Upgrade,
} from "./manifests/compare";
import {
  drawnObjects,
  keptWorkloads,
  rollingWorkloads,
  workloadsByChance,
  type DrawnObject,
} from "./manifests/rolls";
import { renderedSide, type ChartWorks, type RenderedSide } from "./rendered-side";

import type { NewNames } from "./values/new-names";

export interface ChartOptions {
  /** Absolute path of the program's folder, to which paths of charts are relative. */
  readonly project: string;
  /** Git revision that is deployed, from which the deployed charts in folders are taken. */
  readonly base: string | undefined;
  /** Whether charts are rendered, which runs Helm and downloads charts that are not in the project's folder. */
  readonly charts: boolean;
  /** Name or path of the program. @default "helm" */
  readonly helm?: string;
}

/** Changes of a release's objects, and the workloads whose pods are replaced. */
interface ManifestPart {
  readonly manifests: ManifestChanges;
  readonly rolls: Maybe<readonly string[]>;
  /** Content that every upgrade regenerates; undefined if the manifests are not known, or it is not an upgrade. */
  readonly drawn?: Drawn | undefined;
}

interface Drawn {
  readonly objects: readonly DrawnObject[];
  /** Whether templates look up objects in the cluster, where they may find what they generated before. */
  readonly looksUp: boolean;
}

/** Calls a function with what finds the manifests of a release. What it downloads is deleted afterwards. */
export async function withManifests<T>(
  { project, base, charts, helm: program = "helm" }: ChartOptions,
  names: NewNames,
  use: (part: (resource: PlannedResource) => Promise<ManifestPart>) => Promise<T>,
): Promise<T> {
  if (!charts) return use((resource) => Promise.resolve(unrendered(resource)));
  const temporary = temporaryFolder();
  const helm = helmProgram(program, temporary, project);
  const works = {
    find: chartFinder({ project, base, helm, temporary }),
    render: renderer(helm),
    traitsOf: traitsReader(),
    names,
  };
  try {
    return await use((resource) =>
      resource.after
        ? renderedPart(resource, resource.after, works)
        : Promise.resolve(unrendered(resource)),
    );
  } finally {
    temporary.remove();
  }
}

/**
 * What an upgrade also changes because the chart generates it at random: what its rendered manifests show, with the
 * consequences that its component states; without manifests, all that the component states.
 */
export function redrawsOf(
  operation: ReleaseChange["operation"],
  component: Stated | undefined,
  drawn: Drawn | undefined,
): Redraw[] {
  if (operation !== "upgraded" && operation !== "replaced") return [];
  const known = component?.after?.redraws ?? [];
  if (drawn === undefined) {
    return known.map(({ object, field, consequence }) => ({
      object,
      fields: [field],
      consequence,
      mayStay: false,
    }));
  }
  return drawn.objects.map(({ object, fields }) => {
    const fact = known.find((each) => each.object === object && fields.includes(each.field));
    const mayStay = fact === undefined && drawn.looksUp;
    return { object, fields, consequence: fact?.consequence, mayStay };
  });
}

function unrendered({ before, after }: PlannedResource): ManifestPart {
  if (before && !after) return { manifests: removedObjects(before), rolls: [] };
  return {
    manifests: { unavailable: "the charts were not rendered (--no-charts)" },
    rolls: before ? UNKNOWN : [],
  };
}

/**
 * The objects of a removed release, which its state lists by kind and version, e.g. `Deployment.apps/apps/v1`
 * (pulumi-kubernetes, provider/pkg/provider/helm/v3, `resourceNames`). Hooks are not listed.
 */
function removedObjects({ outputs: { resourceNames } }: State): ManifestChanges {
  if (!isMap(resourceNames)) return { unavailable: "the state does not list its objects" };
  const objects = Object.entries(resourceNames).flatMap(([type, names]) => {
    const [kind = type] = type.split(/[./]/);
    const listed = Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
    return listed.map((name) => ({ kind, name, operation: "removed", diff: "" }) as const);
  });
  return { objects: sortedObjects(objects), notes: [] };
}

/** Renders a release that is installed or changed, on the sides where it exists. */
async function renderedPart(
  resource: PlannedResource,
  after: State,
  works: ChartWorks,
): Promise<ManifestPart> {
  const { before } = resource;
  try {
    if (before === undefined) return await installation(resource, after, works);
    return await change(resource, before, after, works);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return { manifests: { unavailable: error.message }, rolls: before ? UNKNOWN : [] };
  }
}

async function installation(
  resource: PlannedResource,
  after: State,
  works: ChartWorks,
): Promise<ManifestPart> {
  const side = await renderedSide(resource, after, "after", works);
  const objects = installedObjects(side.objectsIn(side.documents));
  return {
    manifests: { objects, notes: [...side.notes, ...notesOnTraits(side.traits, [])] },
    rolls: [],
  };
}

async function change(
  resource: PlannedResource,
  before: State,
  after: State,
  works: ChartWorks,
): Promise<ManifestPart> {
  const [old, coming] = await both(
    renderedSide(resource, before, "before", works),
    renderedSide(resource, after, "after", works),
  );
  const again = coming.traits.chance
    ? await renderedSide(resource, after, "after", works, 1)
    : undefined;
  const upgrade = upgradeOf(old, coming, again, resource.operation === "replace");
  const { objects, notes } = compareObjects(upgrade);
  const byChance = workloadsByChance(upgrade);
  // A template may look up what it generated at the installation, and keep it.
  const surely = coming.traits.lookup ? [] : byChance;
  const rolls =
    resource.operation === "replace"
      ? keptWorkloads(upgrade)
      : [...new Set([...rollingWorkloads(upgrade), ...surely])].sort();
  const open = byChance.filter((workload) => !rolls.includes(workload));
  return {
    manifests: {
      objects,
      notes: [...old.notes, ...coming.notes, ...notes, ...notesOnTraits(coming.traits, open)],
    },
    rolls,
    drawn:
      resource.operation === "replace"
        ? undefined
        : { objects: drawnObjects(upgrade), looksUp: coming.traits.lookup },
  };
}

/** Waits for both even if one fails: nothing may still run when the charts are closed. */
async function both<T>(one: Promise<T>, other: Promise<T>): Promise<readonly [T, T]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

function upgradeOf(
  old: RenderedSide,
  coming: RenderedSide,
  again: RenderedSide | undefined,
  isReplaced: boolean,
): Upgrade {
  // Most documents are the same on both sides, and reading YAML takes longer than rendering it.
  const readsAll = isReplaced || again !== undefined;
  const differing = ({ documents, objectsIn: read }: RenderedSide, other: RenderedSide) => {
    const known = new Set(other.documents);
    return read(readsAll ? documents : documents.filter((document) => !known.has(document)));
  };
  const after = differing(coming, old);
  return {
    before: differing(old, coming),
    after,
    chance: again && { once: byId(after), again: byId(again.objectsIn(again.documents)) },
  };
}

function notesOnTraits(traits: TemplateTraits, open: readonly string[]): string[] {
  const notes = [
    traits.lookup && "its templates look up objects in the cluster, and find none here",
    traits.apis &&
      "its templates ask which APIs the cluster has; here they find only those of Kubernetes itself",
    traits.revision && "its templates use the revision number, which is 1 on both sides here",
    open.length > 0 &&
      `whether these roll depends on what the templates find in the cluster: ${open.join(", ")}`,
  ];
  return notes.filter((note) => note !== false);
}
