/**
 * A possible output of a Helm template, as far as it can be read without its values. A mark replaces the output of each
 * action.
 */
export interface Variant {
  readonly text: string;
  /** Position of each character of the text in the template. */
  readonly origins: readonly number[];
}

/** A problem at a position of a template; the end of a sentence. */
interface TemplateProblem {
  readonly at: number;
  readonly message: string;
}

/** Private-use characters, one for each action. */
const FIRST_MARK = 0xe000;
const MARKS = 0x18ff;
const MARKED = /[\uE000-\uF8FF]/;

/** Whether a text contains output of a template's actions. */
export function hasMade(text: unknown): boolean {
  return typeof text === "string" && MARKED.test(text);
}

/**
 * Reads a template in each of its variants: the first takes the first branch of every condition, the second takes the
 * second, and so on. A `range` counts as a condition that holds once.
 */
export function readTemplate(template: string): readonly Variant[] | TemplateProblem {
  const parts = split(template);
  if ("message" in parts) return parts;
  const tree = nest(parts);
  if ("message" in tree) return tree;
  const count = Math.max(1, ...branchCounts(tree.nodes));
  return Array.from({ length: count }, (_, index) => render(template, tree.nodes, index));
}

/** Prefix of values that were outside of quotes. */
const UNQUOTED = "\uF8FF";

/** Whether actions create a whole value, so that not even its type is known. */
export function isMade(value: unknown): boolean {
  return typeof value === "string" && value.startsWith(UNQUOTED);
}

/** Text outside of quotes that can stand next to a mark and still form a value or a key. */
const BARE = /[^\s,[\]{}#="']+/y;
const MADE = /^[\w.:+\-\uE000-\uF8FF]+$/;
/** Strings and comments, also unclosed ones, in which a mark is an ordinary character. */
const PASSED = /"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'[^'\n]*'?|#[^\n]*/y;
const LINE_OF_ACTIONS = /^[ \t]*[\uE000-\uF8FF][ \t\uE000-\uF8FF]*(?=\r?\n|#|$)/my;

/**
 * Creates a variant that can be parsed as TOML: values and keys from actions become texts, and a line with only actions
 * becomes empty, as their output is not known.
 */
export function withMadeValues({ text, origins }: Variant): Variant {
  const made = { text: "", origins: [] as number[] };
  const add = (piece: string, from: number, step = 1) => {
    for (let index = 0; index < piece.length; index++)
      made.origins.push(origins[from + index * step] ?? 0);
    made.text += piece;
  };
  let at = 0;
  while (at < text.length) {
    const isLineStart = at === 0 || text[at - 1] === "\n";
    const blank = isLineStart ? matchAt(LINE_OF_ACTIONS, text, at) : undefined;
    const passed = matchAt(PASSED, text, at);
    const bare = matchAt(BARE, text, at);
    if (blank !== undefined) at += blank.length;
    else if (passed !== undefined) {
      add(passed, at);
      at += passed.length;
    } else if (bare !== undefined) {
      const isQuoted = hasMade(bare) && MADE.test(bare);
      if (isQuoted) add(`"${UNQUOTED}`, at, 0);
      add(bare, at);
      at += bare.length;
      if (isQuoted) add('"', at - 1, 0);
    } else add(text[at] ?? "", at++);
  }
  return made;
}

/** A piece of text, or an action. */
interface Part {
  readonly kind: "text" | "action";
  readonly from: number;
  readonly to: number;
  /** The action's first word; "" for one that renders something, "silent" for one that does not. */
  readonly word: string;
}

const OPENING = ["if", "range", "with", "block", "define"];
const SILENT = /^(\/\*|\$[\w]*\s*:?=|\$\w+\s*,\s*\$\w+\s*:?=|break\b|continue\b)/;
const QUOTED = /"(?:\\.|[^"\\])*"|`[^`]*`|'(?:\\.|[^'\\])*'/y;

function split(template: string): Part[] | TemplateProblem {
  const parts: Part[] = [];
  let from = 0;
  for (;;) {
    const open = template.indexOf("{{", from);
    const text = { kind: "text", word: "" } as const;
    if (open === -1) return [...parts, { ...text, from, to: template.length }];
    const close = endOfAction(template, open);
    if (close === undefined) {
      return { at: open, message: "an action of the template has no end; close it with }}" };
    }
    const inside = template.slice(open + 2, close - 2);
    const trimsLeft = /^-\s/.test(inside);
    const trimsRight = /\s-$/.test(inside);
    const before = trimsLeft ? template.slice(from, open).trimEnd().length : open - from;
    parts.push({ ...text, from, to: from + before });
    parts.push({ kind: "action", from: open, to: close, word: wordOf(inside) });
    const rest = template.slice(close);
    from = close + (trimsRight ? rest.length - rest.trimStart().length : 0);
  }
}

/** Finds the end of an action that begins here. In its strings and comments, braces are ordinary characters. */
function endOfAction(template: string, open: number): number | undefined {
  const isComment = /^\{\{(- )?\/\*/.test(template.slice(open, open + 6));
  if (isComment) {
    const end = template.indexOf("*/", open);
    const close = end === -1 ? -1 : template.indexOf("}}", end);
    return close === -1 ? undefined : close + 2;
  }
  for (let at = open + 2; at < template.length; at++) {
    if (template.startsWith("}}", at)) return at + 2;
    QUOTED.lastIndex = at;
    if (QUOTED.test(template)) at = QUOTED.lastIndex - 1;
  }
  return undefined;
}

function wordOf(inside: string): string {
  const code = inside.replace(/^-\s/, "").trim();
  if (SILENT.test(code)) return "silent";
  const word = /^[a-z]+\b/.exec(code)?.[0] ?? "";
  return ["else", "end", ...OPENING].includes(word) ? word : "";
}

type Node = Part | Block;

interface Block {
  readonly kind: "block";
  readonly word: string;
  readonly branches: Node[][];
}

function nest(parts: readonly Part[]): { nodes: Node[] } | TemplateProblem {
  const root: Node[] = [];
  const open: { readonly block: Block; readonly at: number }[] = [];
  const current = () => open.at(-1)?.block.branches.at(-1) ?? root;
  for (const part of parts) {
    if (part.kind === "text" || part.word === "" || part.word === "silent") current().push(part);
    else if (OPENING.includes(part.word)) {
      const block: Block = { kind: "block", word: part.word, branches: [[]] };
      current().push(block);
      open.push({ block, at: part.from });
    } else if (part.word === "else" && open.length > 0) open.at(-1)?.block.branches.push([]);
    else if (part.word === "end" && open.length > 0) open.pop();
    else {
      return {
        at: part.from,
        message: `{{ ${part.word} }} is not inside a condition of the template`,
      };
    }
  }
  const unended = open.at(-1);
  return unended === undefined
    ? { nodes: root }
    : { at: unended.at, message: `{{ ${unended.block.word} }} has no {{ end }}` };
}

/** Returns the possible outputs of a block. A condition without `else` can also render nothing. */
function branchesOf({ word, branches }: Block): readonly (readonly Node[])[] {
  if (word === "define") return [[]];
  return branches.length > 1 || word === "block" ? branches : [...branches, []];
}

function branchCounts(nodes: readonly Node[]): number[] {
  return nodes.flatMap((node) => {
    if (node.kind !== "block") return [];
    const branches = branchesOf(node);
    return [branches.length, ...branches.flatMap(branchCounts)];
  });
}

/** Returns the text of an action that consists only of a string, since its output is known. */
function literalIn(action: string): string | undefined {
  const literal = /^\{\{(?:-\s)?\s*("(?:\\[nrt"\\]|[^"\\\t\r\n])*")\s*(?:\s-)?\}\}$/.exec(
    action,
  )?.[1];
  return literal === undefined ? undefined : (JSON.parse(literal) as string);
}

function render(template: string, nodes: readonly Node[], variant: number): Variant {
  const origins: number[] = [];
  let text = "";
  let marks = 0;
  const walk = (inside: readonly Node[]) => {
    for (const node of inside) {
      if (node.kind === "block") {
        const branches = branchesOf(node);
        walk(branches[Math.min(variant, branches.length - 1)] ?? []);
      } else if (node.kind === "text") {
        for (let at = node.from; at < node.to; at++) origins.push(at);
        text += template.slice(node.from, node.to);
      } else if (node.word === "") {
        const mark = () => String.fromCharCode(FIRST_MARK + (marks++ % MARKS));
        const made = literalIn(template.slice(node.from, node.to)) ?? mark();
        origins.push(...made.split("").map(() => node.from));
        text += made;
      }
    }
  };
  walk(nodes);
  return { text, origins };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(text)?.[0];
  return found === undefined || found === "" ? undefined : found;
}
