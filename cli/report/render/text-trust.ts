import { columns } from "../../fleet/text";
import type { StackReport } from "../model";
import { MODES, byStep, interruptionOf, meaningOf } from "../server-words";
import { capitalized } from "../words";
import { byEnd, dayOf, spanOf, timeText } from "./dates";
import { visible } from "./escape";
import { TEXT, wrapped } from "./text-style";
import { comparedTrust, generationText, NOT_KNOWN } from "./words";

/** Parties that lose or get access. */
export function accessLines({ access }: StackReport): string[] {
  if (access.length === 0) return [];
  const sorted = (["loses", "gets"] as const).flatMap((change) =>
    access.filter((each) => each.change === change),
  );
  return [
    "Access",
    ...sorted.map(
      ({ party, change, server }) => `  ${visible(party)} ${change} access to ${visible(server)}`,
    ),
  ];
}

/** Servers whose mode changes, with all their callers. */
export function serverLines({ servers }: StackReport): string[] {
  if (servers.length === 0) return [];
  return [
    "Servers",
    ...byStep(servers).flatMap((group) => {
      const [step] = group;
      const clauses = [meaningOf(step), interruptionOf(step)].filter(
        (clause) => clause !== undefined,
      );
      const title = capitalized(`${MODES[step.before]} ${TEXT.arrow} ${MODES[step.after]}`);
      return [
        ...wrapped(`${title}: ${clauses.join("; ")}`, "  ", "    "),
        ...group.flatMap(({ party, callers }) => {
          const who = callers.map((caller) => visible(caller)).join(", ");
          const called = callers.length === 0 ? "" : `, called by ${who}`;
          return wrapped(visible(party) + called, "    ", "      ");
        }),
      ];
    }),
  ];
}

/** CAs that each consumer trusts. */
export function trustLines({ trust }: StackReport): string[] {
  if (trust.length === 0) return [];
  return [
    "Trust",
    ...trust.flatMap((change) => {
      const { before, after } = comparedTrust(change);
      const among = [...change.before, ...change.after];
      const listed = [
        ...before
          .filter(([, mark]) => mark === "removed")
          .map(([each]) => `- ${generationText(each, among, TEXT)}`),
        ...after.map(
          ([each, mark]) => (mark === "added" ? "+ " : "") + generationText(each, among, TEXT),
        ),
      ];
      const when = change.elsewhere ? ", with its own up" : "";
      return wrapped(
        `${visible(change.party)}${when}: ${listed.join(", ") || "nobody"}`,
        "  ",
        "    ",
      );
    }),
  ];
}

/** Lifetimes of all certificates, those that expire first at the top. */
export function lifetimeLines({ lifetimes }: StackReport, at: string): string[] {
  if (lifetimes.length === 0) return [];
  const lives = lifetimes.map((lifetime) => ({ lifetime, span: spanOf(lifetime, at) }));
  const rows = lives
    .sort((one, other) => byEnd(one.span, other.span))
    .map(({ lifetime, span }) => [
      visible(lifetime.owner),
      visible(lifetime.name),
      ...life(span, at),
    ]);
  const table = columns([["Owner", "Name", "From", "Until", "Renewed from"], ...rows]);
  return ["Timeline", ...table.map((line) => `  ${line}`)];
}

function life(span: ReturnType<typeof spanOf>, at: string): string[] {
  if (span === undefined) return [NOT_KNOWN];
  const { start, end, renewal, fresh } = span;
  return [
    fresh ? "this change" : timeText(start, at),
    `${fresh ? "about " : ""}${fresh ? dayOf(end) : timeText(end, at)}`,
    renewal === undefined ? "never" : timeText(renewal, at),
  ];
}
