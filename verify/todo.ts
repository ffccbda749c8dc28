/** Advice about things that differ from what the stack deployed. */
export const REPAIR = {
  /** For the stack's own Secrets and ConfigMaps: a refresh notices what was changed or deleted. */
  objects: "`pulumi up --refresh` restores what the stack deployed.",
  release: "`pulumi up --refresh` deploys it again.",
  /** For objects of the chart: Pulumi sees the release, but not what was changed in it by hand. */
  values: "The program sets this differently: undo what was changed by hand (see drift above).",
};
