import { count } from "../../../verify/print";
import type { ServerChange, TrustChange } from "../model";
import { MODES, byStep, interruptionOf, meaningOf } from "../trust/server-changes";
import { capitalized, listed } from "../words";
import { code, row } from "./escape";
import { leftOut, MARKDOWN, tableHead, type Section } from "./markdown-style";
import { comparedTrust, generationText } from "./words";

/** Parties that lose or get access, losses first. */
export const access: Section = ({ access: changes }, place) => {
  if (changes.length === 0) return [];
  const sorted = (["loses", "gets"] as const).flatMap((change) =>
    changes.filter((each) => each.change === change),
  );
  return [
    `${place.heading} Access`,
    {
      rank: "access",
      head: [],
      rows: sorted.map(
        ({ party, change, server }) => `- ${code(party)} **${change}** access to ${code(server)}`,
      ),
      between: "\n",
      more: (left) => leftOut(count(left, "change") + " of access", place),
    },
  ];
};

/** Most servers that are named for one step; the command shows all. */
const NAMED = 20;

/** Most callers that are named; of more, only the number is given. */
const FEW = 2;

/** Servers whose mode changes, by step, with what that means for their callers. */
export const servers: Section = ({ servers: changes }, place) => {
  if (changes.length === 0) return [];
  return [
    `${place.heading} Servers`,
    {
      rank: "access",
      head: [],
      rows: byStep(changes).map((group) => {
        const [{ before, after }] = group;
        const step = capitalized(`${MODES[before]} ${MARKDOWN.arrow} ${MODES[after]}`);
        const named = listed(group.map(withCallers), NAMED);
        return `- **${step}**: ${named}. ${clausesOf(group[0]).map(capitalized).join(". ")}.`;
      }),
      between: "\n",
      more: (left) => leftOut(count(left, "change") + " of servers", place),
    },
  ];
};

function withCallers({ party, callers }: ServerChange): string {
  if (callers.length === 0) return code(party);
  const few = callers.map((caller) => code(caller));
  const who = callers.length <= FEW ? listed(few) : String(callers.length);
  return `${code(party)} (called by ${who})`;
}

function clausesOf(step: ServerChange): string[] {
  return [meaningOf(step), interruptionOf(step)].filter((clause) => clause !== undefined);
}

/** CAs that each consumer trusts before and after. */
export const trust: Section = ({ trust: changes }, place) => {
  if (changes.length === 0) return [];
  return [
    `${place.heading} Trust`,
    {
      rank: "trust",
      head: tableHead(["Consumer", "Trusts before", "Trusts after"]),
      rows: changes.map((change) => row(cellsOf(change))),
      between: "\n",
      more: (left) => leftOut(count(left, "more consumer"), place),
    },
  ];
};

function cellsOf(change: TrustChange): string[] {
  const { before, after } = comparedTrust(change);
  const among = [...change.before, ...change.after];
  return [
    change.elsewhere ? `${code(change.party)}, with its own \`up\`` : code(change.party),
    before
      .map(([each, mark]) => {
        const text = generationText(each, among, MARKDOWN);
        return mark === "removed" ? `**−** ~~${text}~~` : text;
      })
      .join("<br>") || "none",
    after
      .map(([each, mark]) => {
        const text = generationText(each, among, MARKDOWN);
        return mark === "added" ? `**+** ${text}` : text;
      })
      .join("<br>") || "none",
  ];
}
