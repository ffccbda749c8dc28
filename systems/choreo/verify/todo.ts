/** What to do where a component is not as the stack made it. */
export const TODO = {
  /** Of what people enter: it comes from the stack alone. */
  plan: "`pulumi up` restores the plan; then enter what has another hash in `countersign choreo plan`.",
  workload:
    "`pulumi up --refresh` restores the Workload. If it comes back, something else writes it too.",
  owner:
    "Delete the other Workload. What it has of its own goes under choreo.components.<name>.workload.",
  release:
    "OpenChoreo makes a release of a Workload by itself if its Component has `autoDeploy`, else somebody does. `kubectl describe releasebinding` says what stops one.",
  promote:
    "Promote the newest release to it, and take overrides of what the stack gives out of its ReleaseBinding.",
  references:
    "`pulumi up --refresh` restores what the stack deployed. A store that refuses to be written to: see its ClusterSecretStore, or set choreo.target.openchoreo.secretStore.",
  root: "Bring the CAs above it along, up to the root: authority.generations.<name>.chain.",
  certificate: "`pulumi up` issues it for what the configuration says; then roll the component.",
  keys: "Treat the key as exposed: change the component's algorithm in the configuration, which makes a new key, and take the old one away.",
};
