import type { ServiceName } from "./service-table";

/** O of the certificates of Spinnaker's services. No service uses it. */
export const ORGANIZATION = "Spinnaker";

/** Returns the name of a service as a party, for people. */
export function partyOf(service: ServiceName): string {
  return `${ORGANIZATION} ${service}`;
}

/** The section of the configuration for a service. */
export function sourceOf(service: ServiceName): string {
  return `spinnaker.services.${service}`;
}
