import type { ServerChange, TrustChange } from "../model";
import { byStep, clausesOn } from "../trust/server-changes";
import { capitalized, listed } from "../words";
import { code, row } from "./escape";
import { MARKDOWN, list, tableHead, type Section } from "./markdown-style";
import { comparedTrust, generationText, lossesFirst, stepText } from "./words";

/** Parties that lose or get access, losses first. */
export const access: Section = ({ access: changes }, place) => {
  if (changes.length === 0) return [];
  const rows = lossesFirst(changes).map(
    ({ party, change, server }) => `- ${code(party)} **${change}** access to ${code(server)}`,
  );
  return [`${place.heading} Access`, list("access", rows, "change", place, { of: " of access" })];
};

/** Most servers that are named for one step; the command shows all. */
const NAMED = 20;

/** Most callers that are named; of more, only the number is given. */
const FEW = 2;

/** Servers whose mode changes, by step, with what that means for their callers. */
export const servers: Section = ({ servers: changes }, place) => {
  if (changes.length === 0) return [];
  const rows = byStep(changes).map((group) => {
    const named = listed(group.map(withCallers), NAMED);
    const clauses = clausesOn(group[0]).map(capitalized);
    return `- **${stepText(group[0], MARKDOWN)}**: ${named}. ${clauses.join(". ")}.`;
  });
  return [`${place.heading} Servers`, list("access", rows, "change", place, { of: " of servers" })];
};

function withCallers({ party, callers }: ServerChange): string {
  if (callers.length === 0) return code(party);
  const few = callers.map((caller) => code(caller));
  const who = callers.length <= FEW ? listed(few) : String(callers.length);
  return `${code(party)} (called by ${who})`;
}

const TITLES = ["Consumer", "Trusts before", "Trusts after"];

/** CAs that each consumer trusts before and after. */
export const trust: Section = ({ trust: changes }, place) => {
  if (changes.length === 0) return [];
  const rows = changes.map((change) => row(cellsOf(change)));
  return [
    `${place.heading} Trust`,
    list("trust", rows, "more consumer", place, { head: tableHead(TITLES) }),
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
