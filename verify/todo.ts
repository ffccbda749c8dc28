/** What to do about something that is not as the stack made it. */
export const REPAIR = {
  /** The stack's own Secrets and ConfigMaps: a refresh notices what was changed or deleted. */
  objects: "`pulumi up --refresh` makes anew what the stack has otherwise.",
  release: "`pulumi up --refresh` deploys it again.",
  /** What the chart renders: Pulumi sees the release, and not what was changed in it by hand. */
  values: "The program sets it otherwise: undo what was changed by hand (see drift above).",
};
