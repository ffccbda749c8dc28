/** Returns the name of a component as a party, for people. */
export function partyOf(component: string): string {
  return `Choreo ${component}`;
}

/** The section of the configuration for a component. */
export function sourceOf(component: string): string {
  return `choreo.components.${component}`;
}
