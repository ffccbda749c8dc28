import type { ServiceName } from "./service-table";

/** O of the certificates of Spinnaker's services. No service decides by it. */
export const ORGANIZATION = "Spinnaker";

/** What people call a service as a party. */
export function partyOf(service: ServiceName): string {
  return `${ORGANIZATION} ${service}`;
}

/** The section of the configuration that decides on a service. */
export function sourceOf(service: ServiceName): string {
  return `spinnaker.services.${service}`;
}
