import { count } from "../../../verify/print";
import type { Connection, StackReport } from "../model";
import { label, mermaid } from "./escape";
import { leftOut, type Section } from "./markdown-style";
import { comparedTrust } from "./words";

/** Who signs for whom and who trusts whom, if that changes. */
export const trustDiagram: Section = (stack, place) => {
  if (!changesTrust(stack)) return [];
  const { connections, left } = drawnConnections(stack);
  const drawing = new Drawing();
  const changes = changesOf(stack);
  for (const each of connections) drawConnection(each, changes, drawing);
  drawLosses(stack, drawing);
  drawTrust(stack, drawing);
  if (drawing.isEmpty()) return [];
  return [
    `${place.heading} Who trusts whom`,
    {
      rank: "diagram",
      body: [
        drawing.text(),
        ...(left === 0
          ? []
          : [`_${count(left, "more connection")} ${left === 1 ? "is" : "are"} not drawn._`]),
      ],
      instead: leftOut("the diagram of trust", place),
    },
  ];
};

function changesTrust({ trust, access, connections, certificates }: StackReport): boolean {
  return (
    trust.length > 0 ||
    access.length > 0 ||
    connections.some(isBroken) ||
    certificates.some(
      ({ issuer: { before, after } }) =>
        before !== undefined && after !== undefined && before !== after,
    )
  );
}

function isBroken({ clientTrustsServer, serverTrustsClient }: Connection): boolean {
  return clientTrustsServer === false || serverTrustsClient === false;
}

/** Connections that fit into the diagram: first those that break, then those of parties that change. */
function drawnConnections({ connections, trust, access, certificates }: StackReport) {
  const changed = new Set([
    ...trust.map(({ party }) => party),
    ...access.map(({ party }) => party),
    ...certificates.map(({ owner }) => owner),
  ]);
  const rank = (each: Connection) => {
    if (isBroken(each)) return 0;
    return changed.has(each.client) || changed.has(each.server) ? 1 : 2;
  };
  const sorted = [...connections].sort((one, other) => rank(one) - rank(other));
  const parties = new Set<string>();
  const drawn = sorted.filter(({ client, server }) => {
    const added = [client, server].filter((party) => !parties.has(party));
    if (parties.size + added.length > DRAWN) return false;
    added.forEach((party) => parties.add(party));
    return true;
  });
  return { connections: drawn, left: sorted.length - drawn.length };
}

/** Changes that are marked. */
interface Changes {
  /** By owner, the CA that signed until now. */
  readonly issuersBefore: ReadonlyMap<string, string>;
  readonly gained: ReadonlySet<string>;
}

function changesOf({ certificates, access }: StackReport): Changes {
  return {
    issuersBefore: new Map(
      certificates.flatMap(({ kind, owner, issuer: { before, after } }) =>
        kind === "leaf" && before !== undefined && before !== after ? [[owner, before]] : [],
      ),
    ),
    gained: new Set(access.filter(({ change }) => change === "gets").map(keyOf)),
  };
}

function drawConnection(connection: Connection, changes: Changes, drawing: Drawing): void {
  const { client, server, clientIssuer, serverIssuer } = connection;
  const { clientTrustsServer, serverTrustsClient } = connection;
  const [from, to] = [drawing.party(client), drawing.party(server)];
  drawIssuer(server, serverIssuer, changes, drawing);
  drawIssuer(client, clientIssuer, changes, drawing);
  const problems = [
    ...(clientTrustsServer === false ? ["client does not trust server"] : []),
    ...(serverTrustsClient === false ? ["server does not trust client"] : []),
  ];
  const known = clientTrustsServer !== undefined && serverTrustsClient !== undefined;
  const isNew = changes.gained.has(keyOf({ party: client, server }));
  const connects = isNew ? "connects from now on" : "connects";
  drawing.once({
    from,
    to,
    line: "thick",
    text: problems.join(", ") || (known ? connects : `${connects}, trust not known`),
    mark: problems.length > 0 ? "bad" : isNew ? "good" : undefined,
  });
}

function drawIssuer(
  party: string,
  issuer: string | undefined,
  { issuersBefore }: Changes,
  drawing: Drawing,
): void {
  if (issuer === undefined) return;
  const [from, to] = [drawing.authority(issuer), drawing.party(party)];
  const before = issuersBefore.get(party);
  if (before === undefined || before === issuer) {
    drawing.once({ from, to, text: "signs", line: "solid" });
    return;
  }
  const old = drawing.authority(before);
  drawing.once({ from: old, to, text: "no longer signs", line: "solid", mark: "bad" });
  drawing.once({ from, to, text: "signs from now on", line: "solid", mark: "good" });
}

function drawLosses({ access }: StackReport, drawing: Drawing): void {
  for (const { party, server, change } of access) {
    const [from, to] = [drawing.partyIfRoom(party), drawing.partyIfRoom(server)];
    if (change !== "loses" || from === undefined || to === undefined) continue;
    drawing.once({ from, to, text: "loses access", line: "thick", mark: "bad" });
  }
}

function keyOf({ party, server }: { readonly party: string; readonly server: string }): string {
  return JSON.stringify([party, server]);
}

function drawTrust({ trust }: StackReport, drawing: Drawing): void {
  for (const change of trust) {
    const party = drawing.partyIfRoom(change.party);
    if (party === undefined) continue;
    const { before, after } = comparedTrust(change);
    for (const [{ name }, mark] of before) {
      if (mark === "kept") continue;
      drawing.once(trusts(party, drawing.authority(name), "no longer trusts", "bad"));
    }
    for (const [{ name }, mark] of after) {
      const to = drawing.authority(name);
      drawing.once(
        mark === "added"
          ? trusts(party, to, "trusts from now on", "good")
          : trusts(party, to, "trusts", undefined),
      );
    }
  }
}

function trusts(from: string, to: string, text: string, mark: Edge["mark"]): Edge {
  return { from, to, text, line: "dotted", mark };
}

/** Most parties in a diagram; more would be unreadable. */
const DRAWN = 24;

/** A line between two nodes, by their ids. */
interface Edge {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly line: "solid" | "dotted" | "thick";
  readonly mark?: "good" | "bad" | undefined;
}

const ARROWS = { solid: "-->", dotted: "-.->", thick: "==>" } as const;

/** A diagram of CAs and parties, with each node and edge only once. */
class Drawing {
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
