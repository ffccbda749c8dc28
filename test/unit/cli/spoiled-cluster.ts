import type { Cluster } from "../../../verify/cluster/api";
import type { Chance } from "../../soak/chance";

/** Of the objects that are read; enough that something is wrong with most clusters, and that most of them still say much. */
const SPOILED = 0.25;

/** What containers, volumes and their parts are never without (Kubernetes 1.36, api/openapi-spec). */
const REQUIRED = ["name", "mountPath", "key", "path", "template", "spec"];

type Node = Record<string, unknown> | unknown[];

/**
 * A cluster in which people and programs have changed objects at random, as far as the API server lets them: it knows the
 * schema of its own kinds, in which an entry is missing or a text is another one, and that of no others, where anything
 * may be of any type.
 *
 * @param chance decides what is changed.
 */
export function spoiledCluster(cluster: Cluster, chance: Chance): Cluster {
  const read = new Map<string, Promise<unknown>>();
  // Whoever reads it again sees the same.
  const once = <T>(key: string, ask: () => Promise<T>, isTyped: boolean): Promise<T> => {
    const asked = read.get(key) ?? ask().then((object) => spoiled(object, chance, isTyped));
    read.set(key, asked);
    return asked as Promise<T>;
  };
  return {
    context: cluster.context,
    secret: (...at) => once(`Secret ${at.join("/")}`, () => cluster.secret(...at), true),
    configMap: (...at) => once(`ConfigMap ${at.join("/")}`, () => cluster.configMap(...at), true),
    deployment: (...at) =>
      once(`Deployment ${at.join("/")}`, () => cluster.deployment(...at), true),
    statefulSet: (...at) =>
      once(`StatefulSet ${at.join("/")}`, () => cluster.statefulSet(...at), true),
    custom: (...at) => once(at.join("/"), () => cluster.custom(...at), false),
    customs: (...at) => once(at.join("/"), () => cluster.customs(...at), false),
    close: () => {
      cluster.close();
    },
  };
}

function spoiled(object: unknown, chance: Chance, isTyped: boolean): unknown {
  if (object === undefined || !chance.happens(SPOILED)) return object;
  if (!Array.isArray(object) && chance.happens(0.1)) return undefined;
  const copy = structuredClone(object) as Node;
  for (let changes = 1 + Math.floor(chance.next() * 3); changes > 0; changes--)
    change(copy, chance, isTyped);
  return copy;
}

/** Changes one entry, deep or not. */
function change(within: Node, chance: Chance, isTyped: boolean): void {
  const places = placesIn(within).filter(
    ({ value }) => !isTyped || typeof value === "string" || chance.happens(0.2),
  );
  if (places.length === 0) return;
  const { parent, key, value } = chance.oneOf(places);
  const set = (changed: unknown) => Reflect.set(parent, key, changed);
  if (chance.happens(0.2)) {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else if (!isTyped || !REQUIRED.includes(key)) Reflect.deleteProperty(parent, key);
  } else if (typeof value === "string") {
    const isData = parent === (within as { data?: object }).data;
    const texts = places.map((each) => each.value).filter((each) => typeof each === "string");
    set(isData && isTyped ? spoiledData(value, texts, chance) : spoiledText(value, texts, chance));
  } else if (!isTyped) set(chance.oneOf([null, 7, "text", [], {}, [null], { a: null }, true]));
}

interface Place {
  readonly parent: Node;
  readonly key: string;
  readonly value: unknown;
}

function placesIn(parent: Node): Place[] {
  return Object.entries(parent).flatMap(([key, value]: [string, unknown]) => {
    // Without its name, no API server sends an object.
    if (key === "metadata") return [];
    const inside = typeof value === "object" && value !== null ? placesIn(value as Node) : [];
    return [{ parent, key, value }, ...inside];
  });
}

/** A Secret's entry is base64, whatever is in it. */
function spoiledData(value: string, others: readonly string[], chance: Chance): string {
  if (chance.happens(0.2)) return chance.oneOf(others);
  const bytes = Buffer.from(value, "base64");
  if (chance.happens(0.3)) {
    const place = Math.floor(chance.next() * bytes.length);
    if (place < bytes.length)
      bytes[place] = (bytes[place] ?? 0) ^ (1 << Math.floor(chance.next() * 8));
    return bytes.toString("base64");
  }
  if (chance.happens(0.3))
    return bytes.subarray(0, Math.floor(chance.next() * bytes.length)).toString("base64");
  return Buffer.from(spoiledText(bytes.toString("utf8"), [], chance)).toString("base64");
}

function spoiledText(value: string, others: readonly string[], chance: Chance): string {
  const half = value.slice(0, Math.floor(chance.next() * value.length));
  return chance.oneOf([
    ...[
      "",
      " ",
      "text",
      "\0",
      "null",
      "{}",
      "[",
      "- a: [",
      "../..",
      "http://",
      "https://[",
      "9".repeat(400),
      "é\u202e",
    ],
    ...[half, value + value, `${value}\n`, value.toUpperCase(), value.replaceAll("\n", "")],
    ...others,
  ]);
}
