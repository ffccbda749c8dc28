import { isDeepStrictEqual } from "node:util";
import { isNodeMap, type ManifestObject, type Node } from "./objects";

const RANDOM = "(random)";

/** Two renderings of the same chart with the same values; their differences are random. */
export interface ByChance {
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
