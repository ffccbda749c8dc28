import type { Danger } from "../model";
import { statedIn, type Plan } from "../plan";

/** What admissions that are taken by this change take back of what is in use; the judge of admissions has put it into words. */
export function setbacks(plan: Plan): Danger[] {
  return statedIn(plan).flatMap(({ before, after }) => {
    const taken = after?.certificate;
    const known = new Set(before?.certificate?.setbacks ?? []);
    return (taken?.setbacks ?? [])
      .filter((text) => !known.has(text))
      .map((text) => ({
        kind: "breaking" as const,
        text: `What ${taken?.owner ?? ""} takes from another stack goes back: ${text}.`,
        todo: `Remove \`signedBy.accept\` of ${taken?.owner ?? ""}, unless the consortium has confirmed over another channel that this is meant.`,
      }));
  });
}
