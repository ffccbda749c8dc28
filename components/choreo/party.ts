/** What people call a component as a party. */
export function partyOf(component: string): string {
  return `Choreo ${component}`;
}

/** The section of the configuration that decides on a component. */
export function sourceOf(component: string): string {
  return `choreo.components.${component}`;
}
