import { visible } from "./escape";

/** Most parties in a diagram; more would be unreadable. */
export const DRAWN = 24;

/** A line between two nodes, by their ids. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly line: "solid" | "dotted" | "thick";
  readonly mark?: "good" | "bad" | undefined;
}

const ARROWS = { solid: "-->", dotted: "-.->", thick: "==>" } as const;

/** A diagram of CAs and parties, with each node and edge only once. */
export class Drawing {
  private readonly authorities = new Map<string, string>();
  private readonly parties = new Map<string, string>();
  private readonly edges = new Map<string, Edge>();

  isEmpty(): boolean {
    return this.edges.size === 0;
  }

  authority(name: string): string {
    return idOf(this.authorities, name, "ca");
  }

  party(name: string): string {
    return idOf(this.parties, name, "p");
  }

  partyIfRoom(name: string): string | undefined {
    return this.parties.has(name) || this.parties.size < DRAWN ? this.party(name) : undefined;
  }

  once(edge: Edge): void {
    this.edges.set(JSON.stringify(edge), edge);
  }

  text(): string {
    const edges = [...this.edges.values()];
    return mermaid([
      "flowchart LR",
      ...[...this.authorities].map(([name, id]) => `  ${id}["CA ${label(name)}"]`),
      ...[...this.parties].map(([name, id]) => `  ${id}(["${label(name)}"])`),
      ...edges.map(({ from, to, text, line }) => `  ${from} ${ARROWS[line]}|"${text}"| ${to}`),
      ...styled(edges, "bad", BAD),
      ...styled(edges, "good", GOOD),
    ]);
  }
}

/**
 * A label of a diagram. Everything that could be syntax is written as Mermaid's own entity (`#58;` is a colon), so that
 * no name ends a label, starts a comment or is HTML.
 */
export function label(text: string, longest = 48): string {
  return (visible(text, longest) || '""').replace(
    /[^A-Za-z0-9 ._/+=-]/gu,
    (character) => `#${character.codePointAt(0) ?? 0};`,
  );
}

/** A diagram that GitHub draws. */
export function mermaid(lines: readonly string[]): string {
  return ["```mermaid", ...lines, "```"].join("\n");
}

function idOf(ids: Map<string, string>, name: string, prefix: string): string {
  const id = ids.get(name) ?? `${prefix}${ids.size}`;
  ids.set(name, id);
  return id;
}

function styled(edges: readonly Edge[], mark: Edge["mark"], colour: string): string[] {
  const marked = edges.flatMap((edge, index) => (edge.mark === mark ? [index] : []));
  return marked.length === 0 ? [] : [`  linkStyle ${marked.join(",")} stroke:${colour}`];
}

/** Red and green of GitHub, visible on light and dark backgrounds. */
const BAD = "#cf222e";
const GOOD = "#1a7f37";
