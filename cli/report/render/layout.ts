/** Ranks of content, from what is left out first if a report is too long to what stays longest. */
const RANKS = [
  "object",
  "manifests",
  "values",
  "timeline",
  "diagram",
  "names",
  "information",
  "releases",
  "trust",
  "access",
  "warnings",
  "certificates",
  "stack",
  "stacks",
  "breaking",
  "destructive",
] as const;

type Rank = (typeof RANKS)[number];

/** A piece of Markdown, or pieces that belong together. An empty line separates pieces. */
export type Block = string | readonly Block[] | Part | Rows;

/** A part that is left out as a whole. */
export interface Part {
  readonly rank: Rank;
  readonly body: readonly Block[];
  /** One line on what was left out, and how to see it. */
  readonly instead: string;
}

/** A list or table, whose last rows are left out first. */
export interface Rows {
  readonly rank: Rank;
  /** The lines above it, which are left out together with the last row. */
  readonly head: readonly string[];
  readonly rows: readonly Block[];
  /** Separator. Rows of a table follow each other; an empty line separates blocks. */
  readonly between: "\n" | "\n\n";
  /** One line on how many were left out. */
  readonly more: (left: number) => string;
}

const APART = "\n\n";

/** The parts that are left out, and how many rows of each list stay. */
interface Layout {
  readonly folded: Set<Part>;
  readonly kept: Map<Rows, number>;
}

/**
 * The blocks as one text of at most so many bytes in UTF-8. GitHub counts characters, which are never more. Among parts
 * of the same rank, the largest is left out first, so that most of them stay; lists of the same rank keep the same
 * number of rows.
 */
export function fit(blocks: readonly Block[], limit: number): string {
  const layout: Layout = { folded: new Set(), kept: new Map() };
  const sizes = new Sizes(layout);
  const room = limit - 1; // for the final newline
  for (const rank of RANKS) {
    if (sizes.ofAll(blocks, APART) <= room) break;
    fold(rank, blocks, layout, sizes, room);
    trim(rank, blocks, layout, sizes, room);
  }
  return `${textOfAll(blocks, APART, layout)}\n`;
}

function fold(
  rank: Rank,
  blocks: readonly Block[],
  layout: Layout,
  sizes: Sizes,
  room: number,
): void {
  const gain = (part: Part) => sizes.of(part) - sizes.of(part.instead);
  const parts = [...shown(blocks, layout)]
    .filter((block): block is Part => isPart(block) && block.rank === rank)
    .map((part) => ({ part, gain: gain(part) }))
    .filter((each) => each.gain > 0)
    .sort((one, other) => other.gain - one.gain);
  let size = sizes.ofAll(blocks, APART);
  for (const { part, gain: saved } of parts) {
    if (size <= room) return;
    layout.folded.add(part);
    size -= saved;
  }
}

function trim(
  rank: Rank,
  blocks: readonly Block[],
  layout: Layout,
  sizes: Sizes,
  room: number,
): void {
  const lists = [...shown(blocks, layout)].filter(
    (block): block is Rows => isRows(block) && block.rank === rank,
  );
  const fits = (most: number) => {
    for (const list of lists) layout.kept.set(list, Math.min(most, list.rows.length));
    return sizes.ofAll(blocks, APART) <= room;
  };
  let least = 0;
  let tooMany = Math.max(0, ...lists.map(({ rows }) => rows.length)) + 1;
  if (lists.length === 0 || fits(tooMany)) return;
  while (least + 1 < tooMany) {
    const middle = Math.floor((least + tooMany) / 2);
    if (fits(middle)) least = middle;
    else tooMany = middle;
  }
  fits(least);
}

/** Everything that is shown, from the top. */
function* shown(blocks: readonly Block[], layout: Layout): Generator<Part | Rows> {
  for (const block of blocks) {
    if (typeof block === "string") continue;
    if (isPart(block) || isRows(block)) yield block;
    if (isRows(block)) yield* shown(block.rows.slice(0, layout.kept.get(block)), layout);
    else if (!isPart(block)) yield* shown(block, layout);
    else if (!layout.folded.has(block)) yield* shown(block.body, layout);
  }
}

/** Sizes of blocks in bytes. Each text is measured only once. */
class Sizes {
  private readonly counted = new Map<string, number>();

  constructor(private readonly layout: Layout) {}

  of(block: Block): number {
    if (typeof block === "string") return this.ofText(block);
    const { parts, between } = partsOf(block, this.layout);
    return this.ofAll(parts, between);
  }

  ofAll(blocks: readonly Block[], between: string): number {
    const sum = blocks.reduce((size, block) => size + this.of(block), 0);
    return sum + Math.max(0, blocks.length - 1) * between.length;
  }

  private ofText(text: string): number {
    const known = this.counted.get(text);
    if (known !== undefined) return known;
    const size = Buffer.byteLength(text);
    this.counted.set(text, size);
    return size;
  }
}

function textOf(block: Block, layout: Layout): string {
  if (typeof block === "string") return block;
  const { parts, between } = partsOf(block, layout);
  return textOfAll(parts, between, layout);
}

function textOfAll(blocks: readonly Block[], between: string, layout: Layout): string {
  return blocks.map((block) => textOf(block, layout)).join(between);
}

/** The parts of a block in a layout. */
function partsOf(
  block: Exclude<Block, string>,
  { folded, kept }: Layout,
): { readonly parts: readonly Block[]; readonly between: string } {
  if (isPart(block)) {
    return { parts: folded.has(block) ? [block.instead] : block.body, between: APART };
  }
  if (!isRows(block)) return { parts: block, between: APART };
  const { head, rows, between, more } = block;
  const number = kept.get(block) ?? rows.length;
  if (number >= rows.length) return { parts: [...head, ...rows], between };
  const left = more(rows.length - number);
  if (number === 0) return { parts: [left], between };
  // Directly after the last row of a table, a line would be another row.
  const last = between === APART ? left : `\n${left}`;
  return { parts: [...head, ...rows.slice(0, number), last], between };
}

function isPart(block: Block): block is Part {
  return typeof block !== "string" && "body" in block;
}

function isRows(block: Block): block is Rows {
  return typeof block !== "string" && "rows" in block;
}
