import type { ManifestChanges } from "../model";
import type { PlannedResource, State } from "../plan";
import { UNKNOWN, type Maybe } from "../value";
import type { TemplateTraits } from "./charts/template-traits";
import { Unavailable } from "./charts/unavailable";
import { byId, compareObjects, installedObjects, type Upgrade } from "./manifests/compare";
import {
  drawnObjects,
  keptWorkloads,
  rollingWorkloads,
  workloadsByChance,
  type DrawnObject,
} from "./manifests/rolls";
import { renderedSide, type ChartWorks, type RenderedSide } from "./rendered-side";

/** Changes of a release's objects, and the workloads whose pods are replaced. */
export interface ManifestPart {
  readonly manifests: ManifestChanges;
  readonly rolls: Maybe<readonly string[]>;
  /** Content that every upgrade regenerates; undefined if the manifests are not known, or it is not an upgrade. */
  readonly drawn?: Drawn | undefined;
}

export interface Drawn {
  readonly objects: readonly DrawnObject[];
  /** Whether templates look up objects in the cluster, where they may find what they generated before. */
  readonly looksUp: boolean;
}

/** Renders a release that is installed or changed, on the sides where it exists. */
export async function renderedPart(
  resource: PlannedResource,
  works: ChartWorks,
): Promise<ManifestPart> {
  const { before, after } = resource;
  try {
    if (after === undefined) throw new Unavailable("the release is removed");
    if (before === undefined) return await installation(resource, after, works);
    return await change(resource, before, after, works);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return { manifests: { unavailable: error.message }, rolls: before && after ? UNKNOWN : [] };
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
