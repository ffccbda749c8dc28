import { isDeepStrictEqual } from "node:util";
import { holdsPrivateKey } from "../../../../x509/private-key-trace";
import { HIDDEN_KEY, withoutPem } from "../values/shown-value";
import { isNodeMap, type Node, type NodeMap } from "./objects";

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
export function hidden(node: Node, other: Node | undefined, isNew: boolean): Node {
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
