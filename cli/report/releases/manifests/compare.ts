import { isDeepStrictEqual } from "node:util";
import { structuredPatch } from "diff";
import { holdsPrivateKey } from "../../../../x509/private-key-trace";
import type { KeptData, ObjectChange } from "../../model";
import { HIDDEN_KEY, withoutPem } from "../values/differences";
import {
  canonicalYaml,
  fieldsOf,
  isNodeMap,
  type ManifestObject,
  type Node,
  type NodeMap,
} from "./objects";

interface Comparison {
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
  const notes = [
    ...noteOn("Helm does not update what is in a chart's folder `crds`", left),
    ...noteOn(
      "the chart no longer contains these, but their resource policy keeps them in the cluster",
      kept,
    ),
  ];
  return { objects: sortedObjects(changes), notes };
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

function noteOn(text: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${text}: ${[...names].sort().join(", ")}`];
}

/** Most pods of an object whose claims are listed. */
const MOST_REPLICAS = 100;

/** The persistent volume claims of an object, and whether they are deleted with it; undefined if it has none. */
function keptData(object: ManifestObject): KeptData | undefined {
  if (object.kind === "PersistentVolumeClaim") return { claims: [object.name], isLost: true };
  if (object.kind !== "StatefulSet") return undefined;
  const claims = claimsOf(object);
  if (claims.length === 0) return undefined;
  // Kubernetes creates these claims, and keeps them by default.
  const { persistentVolumeClaimRetentionPolicy: policy } = fieldsOf(object.content.spec);
  return { claims, isLost: fieldsOf(policy).whenDeleted === "Delete" };
}

function claimsOf({ name, content }: ManifestObject): string[] {
  const { replicas, volumeClaimTemplates } = fieldsOf(content.spec);
  const templates = Array.isArray(volumeClaimTemplates)
    ? (volumeClaimTemplates as readonly Node[])
    : [];
  const wanted = replicas === undefined || replicas === null ? 1 : Number(replicas);
  const count = Math.min(wanted, MOST_REPLICAS);
  return templates.flatMap((template) => {
    const { name: claim } = fieldsOf(fieldsOf(template).metadata);
    return typeof claim === "string"
      ? Array.from({ length: count }, (_, ordinal) => `${claim}-${name}-${ordinal}`)
      : [];
  });
}

/** Objects sorted by kind and name. */
export function sortedObjects(changes: readonly ObjectChange[]): ObjectChange[] {
  const keyOf = ({ kind, name }: ObjectChange) => `${kind}\n${name}`;
  return [...changes].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

/** With more added and removed lines, the shortest difference is not searched for, as that would take long. */
const MOST_CHANGES = 4000;

/** The difference of two texts: unified, three lines of context, no header. */
function unifiedDiff(before: string, after: string): string {
  const options = { context: 3, maxEditLength: MOST_CHANGES } as const;
  const patch = structuredPatch("", "", before, after, undefined, undefined, options);
  if (patch === undefined) return `(more than ${MOST_CHANGES} lines differ)\n`;
  const lines = patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines: hunk }) => [
    `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
    ...hunk,
  ]);
  return lines.map((line) => `${line}\n`).join("");
}

/** Placeholders for content that readers must not see. They only show whether the two sides of a change differ. */
const HIDDEN = "(hidden)";
const CHANGED = "(hidden, changed)";

/** Annotation in which kubectl leaves a copy of the whole object, including its data. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * An object without the data of Secrets and private keys, and with fingerprints in place of certificates.
 *
 * @param other the same object on the other side. @default - there is none
 * @param isNew whether this is the new side, on which differences are marked.
 */
function hidden(node: Node, other: Node | undefined, isNew: boolean): Node {
  if (typeof node === "string") {
    return holdsPrivateKey(node) ? mark(node, other, isNew, HIDDEN_KEY) : withoutPem(node);
  }
  if (Array.isArray(node)) {
    const others = Array.isArray(other) ? (other as readonly Node[]) : [];
    return (node as readonly Node[]).map((item, index) => hidden(item, others[index], isNew));
  }
  if (!isNodeMap(node)) return node;
  const others = isNodeMap(other) ? other : {};
  const isSecret = node.kind === "Secret";
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => {
      const counterpart = others[key];
      if (isSecret && (key === "data" || key === "stringData"))
        return [key, hiddenData(value, counterpart, isNew)];
      if (key === LAST_APPLIED) return [key, mark(value, counterpart, isNew)];
      return [key, hidden(value, counterpart, isNew)];
    }),
  );
}

function hiddenData(data: Node, other: Node | undefined, isNew: boolean): Node {
  if (!isNodeMap(data)) return mark(data, other, isNew);
  const others: NodeMap = isNodeMap(other) ? other : {};
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, mark(value, others[key], isNew)]),
  );
}

function mark(value: Node, other: Node | undefined, isNew: boolean, text = HIDDEN): string {
  const changed = isNew && other !== undefined && !isDeepStrictEqual(value, other);
  return changed ? (text === HIDDEN ? CHANGED : `${text.slice(0, -1)}, changed)`) : text;
}

const RANDOM = "(random)";

/** Two renderings of the same chart with the same values; their differences are random. */
interface ByChance {
  readonly once: ReadonlyMap<string, ManifestObject>;
  readonly again: ReadonlyMap<string, ManifestObject>;
}

/** An object without its random content. */
export function withoutChance(
  object: ManifestObject,
  chance: ByChance | undefined,
): ManifestObject {
  const both = renderingsOf(object.id, chance);
  if (both === undefined) return object;
  const [once, again] = both;
  return {
    ...object,
    content: masked(object.content, once.content, again.content) as ManifestObject["content"],
  };
}

/** Whether two renderings of a pod template differ: then every upgrade replaces the pods. */
export function isByChance(
  id: string,
  chance: ByChance | undefined,
  part: (object: ManifestObject) => Node | undefined,
): boolean {
  const both = renderingsOf(id, chance);
  return both !== undefined && !isDeepStrictEqual(part(both[0]), part(both[1]));
}

/** Fields of an object that differ in every rendering, e.g. `spec.host`; for Secrets and ConfigMaps, keys of data. */
export function fieldsByChance(id: string, chance: ByChance | undefined): string[] {
  const both = renderingsOf(id, chance);
  if (both === undefined) return [];
  const [once, again] = both;
  return differing(once.content, again.content, "").map((path) =>
    path.replace(/^(?:data|stringData)\./, ""),
  );
}

/** Both renderings of an object; undefined if it is not in both. */
function renderingsOf(id: string, chance: ByChance | undefined) {
  const [once, again] = [chance?.once.get(id), chance?.again.get(id)];
  return once && again && ([once, again] as const);
}

function differing(once: Node | undefined, again: Node | undefined, path: string): string[] {
  if (isDeepStrictEqual(once, again)) return [];
  if (!isNodeMap(once) || !isNodeMap(again)) return [path];
  return [...new Set([...Object.keys(once), ...Object.keys(again)])]
    .sort()
    .flatMap((key) => differing(once[key], again[key], path === "" ? key : `${path}.${key}`));
}

function masked(node: Node, once: Node | undefined, again: Node | undefined): Node {
  if (once === undefined || again === undefined || isDeepStrictEqual(once, again)) return node;
  if (isNodeMap(node) && isNodeMap(once) && isNodeMap(again)) {
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key, masked(value, once[key], again[key])]),
    );
  }
  if (Array.isArray(node) && Array.isArray(once) && Array.isArray(again)) {
    const [ones, others] = [once as readonly Node[], again as readonly Node[]];
    return (node as readonly Node[]).map((item, index) => masked(item, ones[index], others[index]));
  }
  return RANDOM;
}
