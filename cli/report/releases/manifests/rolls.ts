import { byId, fieldsByChance, isByChance, withoutChance, type Upgrade } from "./compare";
import { canonicalYaml, fieldsOf, type ManifestObject, type Node } from "./objects";

const WORKLOADS: ReadonlySet<string> = new Set(["DaemonSet", "Deployment", "StatefulSet"]);

/** The workloads on both sides, e.g. `Deployment orchestrator-server`. */
export function keptWorkloads({ before, after }: Upgrade): string[] {
  return workloadPairs({ before, after }).map(([, object]) => titleOf(object));
}

/** The workloads whose pods an upgrade replaces, because the template of their pods changes. */
export function rollingWorkloads(upgrade: Upgrade): string[] {
  return workloadPairs(upgrade)
    .filter(([before, after]) => {
      if (!rollsByItself(after)) return false;
      const { chance } = upgrade;
      const [old, coming] = [withoutChance(before, chance), withoutChance(after, chance)];
      return canonicalYaml(templateOf(old)) !== canonicalYaml(templateOf(coming));
    })
    .map(([, object]) => titleOf(object));
}

/** The workloads whose pod template differs in every rendering. */
export function workloadsByChance(upgrade: Upgrade): string[] {
  return workloadPairs(upgrade)
    .filter(([, object]) => rollsByItself(object))
    .filter(([, { id }]) => isByChance(id, upgrade.chance, templateOf))
    .map(([, object]) => titleOf(object));
}

/** An object with fields that every upgrade regenerates. */
export interface DrawnObject {
  /** E.g. `Secret backend-server-key`. */
  readonly object: string;
  readonly fields: readonly string[];
}

/** The objects on both sides with such fields, except workloads, which roll or may roll. */
export function drawnObjects({ before, after, chance }: Upgrade): DrawnObject[] {
  const old = byId(before);
  return after
    .filter(({ id, kind, isInstalledOnce }) => {
      return old.has(id) && !isInstalledOnce && !WORKLOADS.has(kind);
    })
    .map((object) => ({ object: titleOf(object), fields: fieldsByChance(object.id, chance) }))
    .filter(({ fields }) => fields.length > 0)
    .sort((one, other) => (one.object < other.object ? -1 : 1));
}

function workloadPairs({ before, after }: Upgrade): (readonly [ManifestObject, ManifestObject])[] {
  const old = byId(before);
  return after
    .filter(({ kind }) => WORKLOADS.has(kind))
    .flatMap((object) => {
      const counterpart = old.get(object.id);
      return counterpart ? [[counterpart, object] as const] : [];
    })
    .sort(([, one], [, other]) => (titleOf(one) < titleOf(other) ? -1 : 1));
}

/** Paused Deployments, and sets with the update strategy OnDelete, leave their pods alone. */
function rollsByItself({ content }: ManifestObject): boolean {
  const { paused, updateStrategy } = fieldsOf(content.spec);
  return paused !== true && fieldsOf(updateStrategy).type !== "OnDelete";
}

function templateOf({ content }: ManifestObject): Node {
  return fieldsOf(content.spec).template ?? null;
}

function titleOf({ kind, name }: ManifestObject): string {
  return `${kind} ${name}`;
}
