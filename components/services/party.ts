/** Returns a service's name for people, which no party of another system has. */
export function partyOf(service: string): string {
  return `service ${service}`;
}

/** Returns the section of the configuration for a service. */
export function sourceOf(service: string): string {
  return `services.${service}`;
}

/** Returns the name of a service's component. */
export function componentName(service: string): string {
  return `service-${service}`;
}
