import type { Danger, ReleaseChange } from "../model";
import type { Plan } from "../plan";
import { lostGenerations } from "./lost-generations";
import { lostKeys } from "./lost-keys";
import { lostNamespaces } from "./lost-namespaces";
import { lostOperated } from "./lost-operated";
import { lostPasswords } from "./lost-passwords";
import { lostReleases } from "./lost-releases";
import { lostSecrets } from "./lost-secrets";
import { lostVolumes } from "./lost-volumes";

/** What a plan loses and no later `up` restores, the largest losses first. */
export function destructive(plan: Plan, releases: readonly ReleaseChange[], at: Date): Danger[] {
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
