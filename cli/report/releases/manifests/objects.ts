import { parseDocument, stringify } from "yaml";
import { Unavailable } from "../charts/programs";

/** A value of a manifest. */
export type Node = string | number | bigint | boolean | null | readonly Node[] | NodeMap;
export interface NodeMap {
  readonly [key: string]: Node;
}

/** An object that a chart renders. */
export interface ManifestObject {
  /** Group, kind, namespace and name, by which an object is found on the other side. */
  readonly id: string;
  readonly kind: string;
  /** Begins with its namespace if that is not the release's. */
  readonly name: string;
  /** Whether it is from the folder `crds`, which an upgrade leaves alone. */
  readonly isInstalledOnce: boolean;
  readonly content: NodeMap;
}

/** The YAML documents in the output of `helm template`, unchanged. */
export function documentsIn(text: string): string[] {
  return text.split(/^---(?=\s|$)/m).filter((document) => document.trim() !== "");
}

/**
 * The objects in documents, in their order.
 *
 * @param namespace of the release.
 * @param readable is applied to every text.
 * @throws Unavailable if a document is not YAML.
 */
export function objectsIn(
  documents: readonly string[],
  namespace: string,
  readable: (text: string) => string,
): ManifestObject[] {
  const seen = new Map<string, number>();
  return documents.flatMap((document) => {
    const isInstalledOnce = /^# Source: [^\n]*\/crds\//m.test(document);
    return unlisted(withTexts(contentOf(document), readable)).map((content) => {
      const object = objectOf(content, namespace, isInstalledOnce);
      const count = (seen.get(object.id) ?? 0) + 1;
      seen.set(object.id, count);
      return count === 1 ? object : { ...object, id: `${object.id}#${count}` };
    });
  });
}

/** Reads YAML as Helm and Kubernetes do: version 1.1, but times are texts and `12:30` is not a number. */
function contentOf(text: string): Node {
  const document = parseDocument(text, {
    version: "1.1",
    intAsBigInt: true,
    customTags: (tags) => tags.filter((tag) => typeof tag === "string" || !isReadAsText(tag)),
  });
  const [problem] = document.errors;
  if (problem) {
    const [what = ""] = problem.message.split("\n");
    throw new Unavailable(`what the chart renders is not YAML: ${what}`);
  }
  return document.toJS({ maxAliasCount: 10_000 }) as Node;
}

function isReadAsText({
  tag,
  format,
}: {
  readonly tag: string;
  readonly format?: string;
}): boolean {
  return tag === "tag:yaml.org,2002:timestamp" || format === "TIME";
}

function withTexts(node: Node, readable: (text: string) => string): Node {
  if (typeof node === "string") return readable(node);
  if (Array.isArray(node))
    return (node as readonly Node[]).map((item) => withTexts(item, readable));
  if (!isNodeMap(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [readable(key), withTexts(value, readable)]),
  );
}

/** The objects of a `List`, which Helm creates one by one. */
function unlisted(content: Node): NodeMap[] {
  if (!isNodeMap(content)) return [];
  const { kind, items } = content;
  return kind === "List" && Array.isArray(items)
    ? (items as readonly Node[]).flatMap(unlisted)
    : [content];
}

function objectOf(content: NodeMap, release: string, isInstalledOnce: boolean): ManifestObject {
  const metadata = fieldsOf(content.metadata);
  const kind = textOf(content.kind) ?? "(no kind)";
  const group = textOf(content.apiVersion)?.split("/").slice(0, -1).join("/") ?? "";
  const generated = textOf(metadata.generateName);
  const name = textOf(metadata.name) ?? (generated === undefined ? "(no name)" : `${generated}…`);
  const stated = textOf(metadata.namespace);
  const namespace = stated ?? (CLUSTER_WIDE.has(kind) ? "" : release);
  return {
    id: JSON.stringify([group, kind, namespace, name]),
    kind,
    name: stated === undefined || stated === release ? name : `${stated}/${name}`,
    isInstalledOnce,
    content,
  };
}

/** Built-in kinds that have no namespace. Others matter only when a release moves to another namespace. */
const CLUSTER_WIDE: ReadonlySet<string> = new Set([
  "APIService",
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "IngressClass",
  "MutatingWebhookConfiguration",
  "Namespace",
  "PersistentVolume",
  "PriorityClass",
  "RuntimeClass",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
]);

export function isNodeMap(node: Node | undefined): node is NodeMap {
  return typeof node === "object" && node !== null && !Array.isArray(node);
}

/** The fields of a map; none for anything else. */
export function fieldsOf(node: Node | undefined): NodeMap {
  return isNodeMap(node) ? node : {};
}

function textOf(node: Node | undefined): string | undefined {
  if (typeof node === "string") return node === "" ? undefined : node;
  return typeof node === "number" || typeof node === "bigint" ? String(node) : undefined;
}

/** Returns the same text for the same content, whatever the order of its keys and however it was written. */
export function canonicalYaml(node: Node): string {
  return stringify(node, {
    version: "1.1",
    sortMapEntries: true,
    lineWidth: 0,
    blockQuote: "literal",
    aliasDuplicateObjects: false,
  });
}
