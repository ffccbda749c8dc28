import type { Danger, ReleaseChange } from "../model";
import type { Plan } from "../plan";
import { breaking } from "./breaking";
import { destructive } from "./destructive";
import { setbacks } from "./setbacks";

export { chainNotices } from "./chain-notices";
export { providerNotice } from "./provider-notice";
export { serverNotices } from "./server-notices";
export { trustNotices } from "./trust-notices";

/**
 * What a plan destroys or breaks, worst first.
 *
 * @param releases the changes of its releases.
 * @param at the time of the report: certificates that have expired by then are not missed.
 */
export function dangers(plan: Plan, releases: readonly ReleaseChange[], at: Date): Danger[] {
  return [...destructive(plan, releases, at), ...setbacks(plan), ...breaking(plan)];
}
