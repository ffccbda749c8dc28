/** What to do where a component is not as the stack made it. */
export const TODO = {
  /** Of what people enter: it comes from the stack alone. */
  plan: "`pulumi up` makes the plan anew; then enter what has another hash in `countersign choreo plan`.",
  workload:
    "`pulumi up --refresh` writes the Workload anew. If it comes back, something else writes it too.",
  certificate: "`pulumi up` issues it for what the configuration says; then roll the component.",
  keys: "Treat the key as exposed: change the component's algorithm in the configuration, which makes a new key, and take the old one away.",
};
