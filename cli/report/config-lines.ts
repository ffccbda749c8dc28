import {
  LineCounter,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type Node,
} from "yaml";
import type { z } from "zod";
import { sectionsOf } from "../../config";
import { partsOf, type Part } from "../../config/paths";
import { COMMANDS } from "../../systems/commands";
import type { ConfigLine } from "./model";

/** Names and positions on the way to a key, e.g. `["orchestrator", "dnsNames", 0]`. */
export type ConfigPath = readonly (string | number)[];

/** Lines of the keys in a stack's configuration. */
export interface ConfigLines {
  /** The line of a key, or of the nearest key around it that exists. */
  at(path: ConfigPath): ConfigLine;
  /** The line of a text below a key; undefined unless it occurs exactly once. */
  ofText(path: ConfigPath, text: string): ConfigLine | undefined;
}

/** Lines without a file: keys are still named. */
export const NO_FILE: ConfigLines = {
  at: (path) => ({ key: keyOf(path) }),
  ofText: () => undefined,
};

/**
 * @param text of `Pulumi.<stack>.yaml`.
 * @param file its name in the report.
 */
export function configLines(text: string, file: string): ConfigLines {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, logLevel: "silent" });
  const lineOf = (node: Node | null | undefined) =>
    node?.range ? counter.linePos(node.range[0]).line : undefined;
  const at = (path: ConfigPath): ConfigLine => {
    for (let length = path.length; length > 0; length--) {
      const found = path.slice(0, length);
      const line = lineOf(keyNode(document, found));
      if (line !== undefined) return { key: keyOf(found), file, line };
    }
    return { key: keyOf(path.slice(0, 1)), file };
  };
  return {
    at,
    ofText: (path, text) => {
      const section = document.getIn(inDocument(path), true);
      const found: ConfigLine[] = [];
      visit(section as Node, {
        Scalar: (key, node, ancestors) => {
          const line = lineOf(node);
          if (key === "key" || node.value !== text || line === undefined) return;
          found.push({ key: keyOf([...path, ...stepsTo(node, ancestors)]), file, line });
        },
      });
      return found.length === 1 ? found[0] : undefined;
    },
  };
}

/** Names and positions on the way to a node. */
function stepsTo(node: Node, ancestors: readonly unknown[]): (string | number)[] {
  return ancestors.flatMap((around, depth): (string | number)[] => {
    if (isPair(around)) return isScalar(around.key) ? [String(around.key.value)] : [];
    const next = ancestors[depth + 1] ?? node;
    return isSeq(around) ? [around.items.indexOf(next)] : [];
  });
}

/** The node of the key itself, as its value may begin on the next line. */
function keyNode(document: Document.Parsed, path: ConfigPath): Node | undefined {
  const inside = inDocument(path);
  const name = inside.at(-1);
  const around = document.getIn(inside.slice(0, -1), true) as
    { items?: readonly { key?: unknown }[] } | undefined;
  const pair = around?.items?.find(({ key }) => isScalar(key) && key.value === name);
  return (pair?.key ?? document.getIn(inside, true)) as Node | undefined;
}

function inDocument([section = "", ...path]: ConfigPath): (string | number)[] {
  return ["config", `countersign:${section}`, ...path];
}

function keyOf([section = "", ...path]: ConfigPath): string {
  const rest = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
  return `countersign:${section}${rest}`;
}

const SECTIONS = sectionsOf(COMMANDS);

/** Path of a configuration part as facts name it, e.g. `organizations.MyOrg1MSP`. Names in a map may contain dots. */
export function pathOf(source: string): ConfigPath {
  const [section, rest] = splitOnce(source);
  return [section, ...stepsBelow(SECTIONS[section], rest)];
}

function stepsBelow(schema: z.core.$ZodType | undefined, path: string | undefined): string[] {
  if (path === undefined) return [];
  const parts = schema === undefined ? [] : keyedParts(schema);
  // The rest is the name of an entry.
  if (parts.some(({ key }) => key === "*")) return [path];
  const [head, rest] = splitOnce(path);
  return [head, ...stepsBelow(parts.find(({ key }) => key === head)?.part, rest)];
}

/** The parts of a map, even if it is wrapped. */
function keyedParts(schema: z.core.$ZodType): readonly Part[] {
  return partsOf(schema).flatMap((part) =>
    part.key === undefined ? keyedParts(part.part) : [part],
  );
}

function splitOnce(text: string): [string, string?] {
  const dot = text.indexOf(".");
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}
