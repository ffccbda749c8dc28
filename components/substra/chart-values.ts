import { isMap } from "../kubernetes/merge";

export { mergeMaps as mergeValues } from "../kubernetes/merge";

/** Values of a Helm chart; leaves may be Pulumi outputs. */
export type ChartValues = Readonly<Record<string, unknown>>;

/** A value that Countersign sets and that an override may not change, and why. */
export interface GuardedValue {
  readonly path: string;
  readonly reason: string;
  /** The one value that an override may repeat. */
  readonly allowed?: unknown;
}

const WIRED = "Countersign wires it to the certificates and Secrets it makes";

/** Guarded values of chart orchestrator, from 5.0.0 to 8.8.0. */
export const ORCHESTRATOR_GUARDS: readonly GuardedValue[] = [
  { path: "orchestrator.tls.enabled", reason: "TLS may not be switched off", allowed: true },
  {
    path: "orchestrator.tls.mtls.enabled",
    reason: "mutual TLS may not be switched off",
    allowed: true,
  },
  {
    path: "orchestrator.verifyClientMSPID",
    reason: "without it any trusted certificate may speak for any organization",
    allowed: true,
  },
  { path: "orchestrator.tls", reason: WIRED },
  {
    path: "orchestrator.fullnameOverride",
    reason: "the Service's name is in the server certificate",
  },
  { path: "nameOverride", reason: "the Service's name is in the server certificate" },
  {
    path: "podAnnotations.countersign/channels",
    reason: "by it the pods roll when the channels change",
  },
  { path: "channels", reason: "set orchestrator.channels in the stack's config" },
  { path: "ingress.hostname", reason: "set orchestrator.hostname in the stack's config" },
  {
    path: "ingress.extraHosts",
    reason: "the chart renders invalid YAML with it; use orchestrator.hostname",
  },
  { path: "service.port", reason: "the chart's network policies admit only 9000", allowed: 9000 },
  { path: "database.auth", reason: "the credentials are generated" },
  { path: "postgresql.auth", reason: "the credentials are generated" },
];

/** Guarded values of chart substra-backend, from 22.0.0 to 26.15.3. */
export const BACKEND_GUARDS: readonly GuardedValue[] = [
  { path: "orchestrator.tls.enabled", reason: "TLS may not be switched off", allowed: true },
  {
    path: "orchestrator.tls.mtls.enabled",
    reason: "mutual TLS may not be switched off",
    allowed: true,
  },
  { path: "orchestrator", reason: WIRED },
  { path: "database.auth", reason: "the credentials are generated" },
  { path: "postgresql.auth", reason: "the credentials are generated" },
];

/** The overrides that would change a guarded value, each with its path and why it is refused. */
export function guardedOverrides(
  overrides: ChartValues,
  guards: readonly GuardedValue[],
): { path: string; message: string }[] {
  return leavesOf(overrides).flatMap(({ path, value }) => {
    const guard = guards.find(
      (each) =>
        path === each.path ||
        isWithin(path, each.path) ||
        // An empty map changes nothing of a map that it is merged over.
        (isWithin(each.path, path) && !isMap(value)),
    );
    if (!guard || (guard.allowed !== undefined && path === guard.path && value === guard.allowed))
      return [];
    return [{ path, message: `may not be overridden: ${guard.reason}` }];
  });
}

function leavesOf(values: ChartValues, prefix = ""): { path: string; value: unknown }[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const path = prefix + key;
    // An empty map is a leaf: merged over anything but a map, it replaces it, and to Helm it is false.
    return isMap(value) && Object.keys(value).length > 0
      ? leavesOf(value, `${path}.`)
      : [{ path, value }];
  });
}

function isWithin(path: string, ancestor: string): boolean {
  return path.startsWith(`${ancestor}.`);
}
