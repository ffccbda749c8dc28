/** Lines of a real chart's shape that its stand-in has not, and what they are. */
export interface LeftOut {
  readonly what: RegExp;
  /** What it is, and why nothing of ours depends on it. */
  readonly why: string;
}

/** By chart. Each entry must be needed: one that no line of the real chart calls for fails the comparison. */
export const LEFT_OUT: Readonly<Record<string, readonly LeftOut[]>> = {
  orchestrator: [
    {
      what: /^(?:Service \S+-hl|NetworkPolicy orchestrator-postgresql|ServiceAccount \S+-postgresql)\b/,
      why: "what bitnami's PostgreSQL has for clusters and policies of its own",
    },
    {
      what: /^StatefulSet \S+-postgresql: /,
      why: "settings, probes and folders of bitnami's PostgreSQL",
    },
    {
      what: /^Pod \S+-test-connection$/,
      why: "the chart's tests, which an installation does not run",
    },
  ],
  "substra-backend": [],
  "choreo-connect": [],
};
