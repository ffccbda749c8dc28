import type { Danger, ReleaseChange } from "../model";
import type { IndexedPlan } from "../plan-index";
import { breaking } from "./breaking";
import { lostNamespaces, lostOperated, lostReleases, lostVolumes } from "./lost-data";
import { lostGenerations, lostKeys, lostPasswords, lostSecrets } from "./lost-keys";

/**
 * What a plan destroys or breaks, worst first.
 *
 * @param releases the changes of its releases.
 * @param at the time of the report: certificates that have expired by then are not missed.
 */
export function dangers(plan: IndexedPlan, releases: readonly ReleaseChange[], at: Date): Danger[] {
  return [...destructive(plan, releases, at), ...setbacks(plan), ...breaking(plan)];
}

/** What a plan loses and no later `up` restores, the largest losses first. */
export function destructive(
  plan: IndexedPlan,
  releases: readonly ReleaseChange[],
  at: Date,
): Danger[] {
  return [
    lostNamespaces(plan),
    lostReleases(plan),
    lostVolumes(releases),
    lostOperated(plan),
    lostGenerations(plan, at),
    lostKeys(plan, at),
    lostPasswords(plan),
    lostSecrets(plan),
  ].flatMap((losses) =>
    losses
      .map(({ text, todo }) => ({ kind: "destructive" as const, text, todo }))
      .sort((one, other) => (one.text < other.text ? -1 : 1)),
  );
}

/** Dangers of admissions that this change accepts although they revert something; enrollment/ describes what. */
function setbacks(plan: IndexedPlan): Danger[] {
  return [...plan.certificates.values()].flatMap(({ before, after: taken }) => {
    const known = new Set(before?.setbacks ?? []);
    return (taken?.setbacks ?? [])
      .filter((text) => !known.has(text))
      .map((text) => ({
        kind: "breaking" as const,
        text: `The admission that ${taken?.owner ?? ""} accepts from another stack reverts something: ${text}.`,
        todo: `Remove \`signedBy.accept\` of ${taken?.owner ?? ""}, unless the consortium has confirmed over another channel that this is intended.`,
      }));
  });
}
