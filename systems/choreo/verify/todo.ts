/** Remedies if a component is not as the stack deployed it. */
export const TODO = {
  /** For what people enter, which comes only from the stack. */
  plan: "`pulumi up` restores the plan; then enter everything that has another hash in `countersign choreo plan`.",
  workload:
    "`pulumi up --refresh` restores the Workload. If this happens again, something else writes the Workload, too.",
  owner:
    "Delete the other Workload. Put its own settings into the manifest of choreo.components.<name>.workload.",
  release:
    "OpenChoreo creates a release of a Workload by itself if its Component has `autoDeploy`; otherwise, somebody must create it. `kubectl describe releasebinding` says what stops a release.",
  promote:
    "Promote the newest release to it, and remove overrides of the stack's entries from its ReleaseBinding.",
  references:
    "`pulumi up --refresh` restores what the stack deployed. If the store refuses to be written to, see its ClusterSecretStore, or set choreo.target.openchoreo.secretStore.",
  root: "Add the CAs above it, up to the root, to authority.generations.<name>.chain.",
  certificate: "`pulumi up` issues it as configured; then roll out the component.",
  keys: "Treat the key as exposed: change the component's algorithm in the configuration, which creates a new key, and remove the old one.",
};
