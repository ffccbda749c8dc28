const HOURS = { h: 1, d: 24, w: 7 * 24, y: 365 * 24 } as const;

/** @pulumi/tls counts in 64-bit nanoseconds, which silently overflow into the past at 292 years. */
const LONGEST = 100 * HOURS.y;

/**
 * Reads a duration as people write it: a whole number and one of `h`, `d`, `w` (7 days), `y` (365 days),
 * at most 100 years.
 *
 * @returns whole hours, the unit of @pulumi/tls, or undefined if the text is not such a duration.
 */
export function hoursOf(text: string): number | undefined {
  const match = /^([1-9]\d{0,5})([hdwy])$/.exec(text);
  if (!match) return undefined;
  const [, count, unit] = match;
  const hours = Number(count) * HOURS[unit as keyof typeof HOURS];
  return hours <= LONGEST ? hours : undefined;
}

/** Writes hours in the largest unit that divides them, e.g. `2160` as `90d`. */
export function durationOf(hours: number): string {
  const unit = (["y", "d"] as const).find((candidate) => hours % HOURS[candidate] === 0) ?? "h";
  return `${String(hours / HOURS[unit])}${unit}`;
}
