import { durationOf, hoursOf } from "../../../config/duration";
import { LEAF_HOURS, lifetime } from "../../../config/fields";
import { CannotStart } from "../failure";

/** Shortest time between two updates that the operator accepts (`resyncFreq`, 2.9.0), in seconds. */
const SHORTEST = 60;
const USUAL = 3600;

/**
 * Returns the time between two updates of a stack, in seconds. A renewal takes two of them: one in which the certificate
 * is signed, and one in which it is deployed. At least as much time is left to repair what fails.
 *
 * @param configs configurations of the stacks.
 * @param wanted @default - an hour, or less for certificates that are renewed later than 4 hours before they expire
 * @throws CannotStart if certificates might expire in the meantime.
 */
export function resyncOf(configs: readonly unknown[], wanted?: number): number {
  const hours = Math.min(...configs.flatMap(renewalsIn), renewal({}));
  const longest = Math.max(SHORTEST, (hours * 3600) / 4);
  if (wanted !== undefined && wanted > longest) {
    throw new CannotStart(
      `--resync ${textOf(wanted)} is too long: the shortest renewBefore of these stacks is ${durationOf(hours)}, and a renewal takes two updates; give at most ${textOf(longest)}, a quarter, so that there is time to repair a failure`,
    );
  }
  return wanted ?? Math.min(USUAL, longest);
}

function textOf(seconds: number): string {
  return seconds % 3600 === 0 ? durationOf(seconds / 3600) : `${seconds / 60}m`;
}

/** Returns how many hours before their expiry the certificates of a configuration are renewed. */
function renewalsIn(value: unknown): number[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "validity" in value || "renewBefore" in value ? [renewal(value)] : [];
  return [...own, ...Object.values(value).flatMap(renewalsIn)];
}

function renewal({ validity, renewBefore }: { validity?: unknown; renewBefore?: unknown }): number {
  const given = { validity: hours(validity) ?? LEAF_HOURS, renewBefore: hours(renewBefore) };
  return lifetime(given, () => undefined).renewBeforeHours;
}

/** Invalid values are ignored: the program reports what is wrong, with the key. */
function hours(value: unknown): number | undefined {
  return typeof value === "string" ? hoursOf(value) : undefined;
}
