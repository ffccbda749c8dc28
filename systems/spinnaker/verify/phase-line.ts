import type { Installation } from "../../../components/spinnaker/installation";
import { nextPhase, reaches } from "../../../components/spinnaker/phase";
import { phaseProblems } from "../../../components/spinnaker/roll-out";
import type { ServiceName } from "../../../components/spinnaker/service-table";
import type { Party } from "./sides";

/** Callers that could be refused after the next step. */
export interface Blockers {
  /** Callers whose handshake failed. */
  readonly failed: readonly ServiceName[];
  /** Callers whose settings cannot be read. */
  readonly unread: readonly ServiceName[];
}

/** Checks that name each caller that fails. */
const CALLS: readonly string[] = ["accepted", "prepared"];

/** Reports the phase of a service, and what blocks the next step. */
export function sayPhase(
  { service, list }: Party,
  { failed, unread }: Blockers,
  actual: Installation,
): void {
  const { name, phase, legacyPort } = service;
  const next = nextPhase(phase);
  const open =
    legacyPort !== undefined && reaches(phase, "tls")
      ? `, and port ${legacyPort} still speaks plain HTTP with anybody`
      : "";
  if (next === undefined) {
    list.pass("phase", `in phase ${phase}, the last${open}`);
    return;
  }
  const services = new Map(actual.services).set(name, { ...service, phase: next });
  const rules = phaseProblems({ ...actual, services }).filter(
    (problem) => problem.service === name,
  );
  const ownFaults = list.checks.some(
    ({ ok, severity, code }) => !ok && severity === "error" && !CALLS.includes(code),
  );
  const reasons = [
    ...(ownFaults ? ["by the failed checks above"] : []),
    ...failed.map((caller) => `by ${caller}, whose handshake failed above`),
    ...unread.map((caller) => `by ${caller}, whose settings cannot be read`),
    ...rules.map(({ message }) => `because ${message}`),
  ];
  const verdict =
    reasons.length === 0
      ? `nothing blocks ${next}`
      : `${next} is blocked ${reasons.join(", and ")}`;
  list.pass("phase", `in phase ${phase}${open}; ${verdict}`);
}
