import type { Danger } from "../model";
import { statedIn, type Plan } from "../plan";

/** Dangers of admissions that this change accepts although they revert something; enrollment/ describes what. */
export function setbacks(plan: Plan): Danger[] {
  return statedIn(plan).flatMap(({ before, after }) => {
    const taken = after?.certificate;
    const known = new Set(before?.certificate?.setbacks ?? []);
    return (taken?.setbacks ?? [])
      .filter((text) => !known.has(text))
      .map((text) => ({
        kind: "breaking" as const,
        text: `The admission that ${taken?.owner ?? ""} accepts from another stack reverts something: ${text}.`,
        todo: `Remove \`signedBy.accept\` of ${taken?.owner ?? ""}, unless the consortium has confirmed over another channel that this is intended.`,
      }));
  });
}
