import type { ObjectChange } from "../../model";
import { canonicalYaml } from "./canonical";
import { withoutChance, type ByChance } from "./chance";
import { hidden } from "./hide";
import { keptData } from "./kept-data";
import { fieldsOf, type ManifestObject } from "./objects";
import { sortedObjects } from "./sorted-objects";
import { unifiedDiff } from "./text-diff";

export interface Comparison {
  readonly objects: readonly ObjectChange[];
  readonly notes: readonly string[];
}

/** An upgrade of a release, from its objects as they are to its objects as they will be. */
export interface Upgrade {
  readonly before: readonly ManifestObject[];
  readonly after: readonly ManifestObject[];
  /** @default - they contain nothing random */
  readonly chance?: ByChance | undefined;
}

/** Changes of a release's objects, by kind and name. */
export function compareObjects({ before, after, chance }: Upgrade): Comparison {
  const old = byId(before.map((object) => withoutChance(object, chance)));
  const coming = byId(after.map((object) => withoutChance(object, chance)));
  const changes: ObjectChange[] = [];
  const left: string[] = [];
  const kept: string[] = [];
  for (const [id, object] of old) {
    const next = coming.get(id);
    if (next === undefined) {
      if (object.isInstalledOnce) continue;
      if (policyOf(object) === "keep") kept.push(`${object.kind} ${object.name}`);
      else changes.push(removalOf(object));
      continue;
    }
    const diff = differenceOf(object, next);
    if (diff === "") continue;
    if (next.isInstalledOnce) left.push(object.name);
    else changes.push(changeOf(next, "changed", diff));
  }
  for (const [id, object] of coming) {
    if (!old.has(id)) changes.push(changeOf(object, "added", ""));
  }
  return { objects: sortedObjects(changes), notes: [...notesOn(left), ...notesOnKept(kept)] };
}

/** All objects of a new release. */
export function installedObjects(objects: readonly ManifestObject[]): ObjectChange[] {
  return sortedObjects(objects.map((object) => changeOf(object, "added", "")));
}

export function byId(objects: readonly ManifestObject[]): ReadonlyMap<string, ManifestObject> {
  return new Map(objects.map((object) => [object.id, object]));
}

function removalOf(object: ManifestObject): ObjectChange {
  const data = keptData(object);
  return { ...changeOf(object, "removed", ""), ...(data && { data }) };
}

function changeOf(
  { kind, name }: ManifestObject,
  operation: ObjectChange["operation"],
  diff: string,
): ObjectChange {
  return { kind, name, operation, diff };
}

function differenceOf(
  { content: before }: ManifestObject,
  { content: after }: ManifestObject,
): string {
  return unifiedDiff(
    canonicalYaml(hidden(before, after, false)),
    canonicalYaml(hidden(after, before, true)),
  );
}

/** Resource policy of an object. With `keep`, Helm leaves it in the cluster when the chart no longer contains it. */
function policyOf({ content }: ManifestObject): unknown {
  return fieldsOf(fieldsOf(content.metadata).annotations)["helm.sh/resource-policy"];
}

function notesOn(left: readonly string[]): string[] {
  if (left.length === 0) return [];
  return [
    `Helm does not update what is in a chart's folder \`crds\`: ${[...left].sort().join(", ")}`,
  ];
}

function notesOnKept(kept: readonly string[]): string[] {
  if (kept.length === 0) return [];
  return [
    `the chart no longer contains these, but their resource policy keeps them in the cluster: ${[...kept].sort().join(", ")}`,
  ];
}
