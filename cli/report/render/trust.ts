import { count } from "../../print";
import type { TrustChange } from "../model";
import { code, row } from "./escape";
import { leftOut, MARKDOWN, tableHead, type Section } from "./markdown-style";
import { comparedTrust, generationText } from "./words";

/** Who loses or gets access; who loses it first. */
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

/** Which CAs each consumer trusts before and after. */
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
