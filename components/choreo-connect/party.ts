import type { Part } from "./gateway";

/** O of every certificate that is made for a Choreo Connect. No consumer decides by it. */
export const ORGANIZATION = "Choreo Connect";

/** What people call one of the parts. */
export function partyOf(part: Part): string {
  return `${ORGANIZATION} ${part}`;
}

/** What people call a backend. */
export function backendParty(backend: string): string {
  return `backend ${backend}`;
}

/** The section of the configuration that decides on a part. */
export function sourceOf(part: Part): string {
  return `choreoConnect.${part}`;
}

/** The section of the configuration that decides on a backend. */
export function backendSource(backend: string): string {
  return `choreoConnect.backends.${backend}`;
}
