/**
 * The steps from plain HTTP to mutual TLS.
 *
 * - `prepare`: clients have their stores, and know every server to come; servers still speak plain HTTP.
 * - `tls`: servers speak TLS, and are called by https URLs.
 * - `want`: servers ask clients for a certificate, and refuse a wrong one, but go on without one.
 * - `need`: no certificate, no connection.
 */
export const PHASES = ["prepare", "tls", "want", "need"] as const;

export type Phase = (typeof PHASES)[number];

/** Whether a service that is in `phase` has got as far as `other`. */
export function reaches(phase: Phase, other: Phase): boolean {
  return PHASES.indexOf(phase) >= PHASES.indexOf(other);
}

/** The step after this one; undefined after the last. */
export function nextPhase(phase: Phase): Phase | undefined {
  return PHASES[PHASES.indexOf(phase) + 1];
}

/** What a server asks of its clients, in the words of Spring Boot and of go-yaml-tools alike (`server.ssl.client-auth`, `clientAuth`). */
export function clientAuthOf(phase: Phase): "none" | "want" | "need" {
  return phase === "want" || phase === "need" ? phase : "none";
}
