import type { GuardedValue } from "../kubernetes/helm/chart-values";

const WIRED = "Countersign sets it for the certificates and Secrets it creates";

/** Values that decide which database is used, and with which credentials. */
function databaseGuards(key: string): GuardedValue[] {
  const reason = `to use your own database, set ${key} in the stack's config; the bundled one has generated credentials`;
  return [
    { path: "database.host", reason },
    { path: "database.port", reason },
    { path: "database.auth", reason },
    { path: "postgresql.enabled", reason },
    { path: "postgresql.auth", reason },
  ];
}

/** Guarded values of chart orchestrator, from 7.5.0 to 8.8.0. */
export const ORCHESTRATOR_GUARDS: readonly GuardedValue[] = [
  { path: "orchestrator.tls.enabled", reason: "TLS must not be disabled", allowed: true },
  {
    path: "orchestrator.tls.mtls.enabled",
    reason: "mutual TLS must not be disabled",
    allowed: true,
  },
  {
    path: "orchestrator.verifyClientMSPID",
    reason: "without it, any trusted certificate could act for any organization",
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
    reason: "it rolls the pods when the channels change",
  },
  { path: "channels", reason: "set orchestrator.channels in the stack's config" },
  { path: "ingress.hostname", reason: "set orchestrator.hostname in the stack's config" },
  {
    path: "ingress.extraHosts",
    reason: "the chart renders invalid YAML with it; use orchestrator.hostname",
  },
  { path: "service.port", reason: "the chart's network policies admit only 9000", allowed: 9000 },
  ...databaseGuards("orchestrator.database"),
];

/** Guarded values of chart substra-backend, from 22.5.0 to 26.15.3. */
export const BACKEND_GUARDS: readonly GuardedValue[] = [
  { path: "orchestrator.tls.enabled", reason: "TLS must not be disabled", allowed: true },
  {
    path: "orchestrator.tls.mtls.enabled",
    reason: "mutual TLS must not be disabled",
    allowed: true,
  },
  { path: "orchestrator", reason: WIRED },
  ...databaseGuards("organizations.<MSP ID>.database"),
];
