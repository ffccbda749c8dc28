import { count } from "../../../verify/print";
import type { Lifetime } from "../model";
import { byEnd, dayOf, spanOf, timeText, type Span } from "./dates";
import { code, label, mermaid } from "./escape";
import type { Block } from "./layout";
import { leftOut, type Place, type Section } from "./markdown-style";

/** Most lifetimes in one chart; more would be unreadable. */
const DRAWN = 30;

/** Longer lifetimes get a chart of their own: beside ten years of a CA, ninety days would be invisible. */
const LONG = 2 * 365 * 24 * 3_600_000;

const DAY = 24 * 3_600_000;

interface Life {
  readonly lifetime: Lifetime;
  readonly span: Span;
}

/** When everything expires and is renewed. */
export const timeline: Section = ({ lifetimes }, place) => {
  if (lifetimes.length === 0) return [];
  const lives = lifetimes
    .flatMap((lifetime): Life[] => {
      const span = spanOf(lifetime, place.at);
      return span === undefined ? [] : [{ lifetime, span }];
    })
    .sort((one, other) => byEnd(one.span, other.span));
  const drawn = [lives.filter((life) => !isLong(life)), lives.filter(isLong)].filter(
    (chart) => chart.length > 0,
  );
  const unknown = lifetimes.filter((lifetime) => spanOf(lifetime, place.at) === undefined);
  return [
    `${place.heading} Timeline`,
    {
      rank: "timeline",
      body: [
        ...(drawn.length === 0 ? [] : [legend(lives)]),
        ...drawn.flatMap((chart) => chartBlocks(chart, place)),
        ...unknownBlocks(unknown),
      ],
      instead: leftOut(`the dates of ${count(lifetimes.length, "certificate")}`, place),
    },
  ];
};

function isLong({ span }: Life): boolean {
  return span.end - span.start > LONG;
}

function legend(lives: readonly Life[]): string {
  const fresh = lives.some(({ span }) => span.fresh)
    ? " What this change issues is drawn from the day of the report on."
    : "";
  return `Renewal windows are red.${fresh}`;
}

function chartBlocks(lives: readonly Life[], { at }: Place): Block[] {
  const drawn = lives.slice(0, DRAWN);
  const byOwner = new Map<string, Life[]>();
  for (const life of drawn) {
    const { owner } = life.lifetime;
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), life]);
  }
  const bars = [...byOwner].flatMap(([owner, own], section) => [
    `  section ${label(owner)}`,
    ...own.flatMap((life, index) => barsOf(life, `s${section}b${index}`, own.length > 1, at)),
  ]);
  const today = Date.parse(at);
  const chart = mermaid([
    "gantt",
    "  dateFormat YYYY-MM-DD",
    "  axisFormat %Y-%m-%d",
    "  todayMarker off",
    "  section Report",
    `  made ${dayOf(today)} : milestone, report, ${dayOf(today)}, 0d`,
    ...bars,
  ]);
  const [next] = lives.slice(DRAWN);
  if (next === undefined) return [chart];
  const left = lives.length - DRAWN;
  return [
    chart,
    `_${left} more that ${left === 1 ? "ends" : "end"} later ${left === 1 ? "is" : "are"} not drawn, the first of them on ${dayOf(next.span.end)}._`,
  ];
}

/** Each line begins with one of our words, as a name could begin with one of Mermaid's. */
function barsOf({ lifetime, span }: Life, id: string, named: boolean, at: string): string[] {
  const name = named ? ` ${label(lifetime.name)}` : "";
  const bar = (text: string, tags: string, start: number, end: number) =>
    // Charts count in days; shorter lifetimes must still be visible.
    `  ${text}${name} : ${tags}${id}, ${dayOf(start)}, ${dayOf(Math.max(end, start + DAY))}`;
  const life = bar(
    `${span.fresh ? "new until about" : "until"} ${dayOf(span.end)}`,
    span.fresh ? "active, " : "",
    span.start,
    span.renewal ?? span.end,
  );
  if (span.renewal === undefined) return [life];
  const from = label(timeText(span.renewal, at));
  return [
    life,
    bar(`renewal from ${from}`, "crit, ", span.renewal, span.end).replace(id, `${id}r`),
  ];
}

function unknownBlocks(lifetimes: readonly Lifetime[]): string[] {
  if (lifetimes.length === 0) return [];
  const shown = lifetimes
    .slice(0, DRAWN)
    .map(({ owner, name }) => `${code(owner)} (${code(name)})`);
  const left = lifetimes.length - shown.length;
  const more = left === 0 ? "" : ` and ${left} more`;
  return [`The dates of these are not known before the \`up\`: ${shown.join(", ")}${more}.`];
}
