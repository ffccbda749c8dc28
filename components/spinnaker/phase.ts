/**
 * Phases from plain HTTP to mutual TLS.
 *
 * - `prepare`: clients have their stores and know every future server; servers still speak plain HTTP.
 * - `tls`: servers speak TLS, and are called by https URLs.
 * - `want`: servers ask clients for a certificate and refuse a wrong one, but accept clients without one.
 * - `need`: servers require a certificate.
 */
export const PHASES = ["prepare", "tls", "want", "need"] as const;

export type Phase = (typeof PHASES)[number];

/** Whether a service in `phase` has reached the phase `other`. */
export function reaches(phase: Phase, other: Phase): boolean {
  return PHASES.indexOf(phase) >= PHASES.indexOf(other);
}

/** Returns the next phase; undefined after the last. */
export function nextPhase(phase: Phase): Phase | undefined {
  return PHASES[PHASES.indexOf(phase) + 1];
}

/**
 * Returns what a server asks of its clients, as a value that both Spring Boot and go-yaml-tools use
 * (`server.ssl.client-auth`, `clientAuth`).
 */
export function clientAuthOf(phase: Phase): "none" | "want" | "need" {
  return phase === "want" || phase === "need" ? phase : "none";
}
