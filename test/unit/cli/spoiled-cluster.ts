import type { Cluster } from "../../../verify/cluster/api";
import type { Chance } from "../../soak/chance";

/** Share of the objects that are changed: enough that most clusters have a fault, and few enough for many checks. */
const SPOILED = 0.25;

/** Required fields of containers, volumes and their parts (Kubernetes 1.36, api/openapi-spec). */
const REQUIRED = ["name", "mountPath", "key", "path", "template", "spec", "containers"];

type Node = Record<string, unknown> | unknown[];

/**
 * Creates a cluster in which people and programs have changed objects at random, as far as the API server allows. The
 * server knows the schema of its own kinds, in which entries may be missing or texts may differ. It knows no other
 * schema, so in other kinds any value may have any type.
 *
 * @param chance source of randomness for the changes.
 */
export function spoiledCluster(cluster: Cluster, chance: Chance): Cluster {
  const read = new Map<string, Promise<unknown>>();
  // Reading an object again gives the same result.
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
    daemonSet: (...at) => once(`DaemonSet ${at.join("/")}`, () => cluster.daemonSet(...at), true),
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

/** Changes one entry at any depth. */
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
    // The API server always sends the metadata of an object.
    if (key === "metadata") return [];
    const inside = typeof value === "object" && value !== null ? placesIn(value as Node) : [];
    return [{ parent, key, value }, ...inside];
  });
}

/** Changes an entry of a Secret, which stays base64. */
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
