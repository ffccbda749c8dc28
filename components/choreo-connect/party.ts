/** Parts of a Choreo Connect. Each has one key pair, which it uses as a server and as a client. */
export const PARTS = ["router", "enforcer", "adapter"] as const;
export type Part = (typeof PARTS)[number];

/** O of every certificate that is issued for a Choreo Connect. No consumer uses it. */
export const ORGANIZATION = "Choreo Connect";

/** Returns the name of a part as a party, for people. */
export function partyOf(part: Part): string {
  return `${ORGANIZATION} ${part}`;
}

/** Returns the name of a backend as a party, for people. */
export function backendParty(backend: string): string {
  return `backend ${backend}`;
}

/** The section of the configuration for a part. */
export function sourceOf(part: Part): string {
  return `choreoConnect.${part}`;
}

/** The section of the configuration for a backend. */
export function backendSource(backend: string): string {
  return `choreoConnect.backends.${backend}`;
}
