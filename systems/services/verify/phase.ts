import { CLIENT_POLICIES, type ClientPolicy } from "../../../components/services/client-policy";
import { silentCallers } from "../../../components/services/roll-out";
import type { Party } from "./check-service";
import type { Server } from "./check-calls";

const POLICIES: Readonly<Record<ClientPolicy, string>> = {
  tls: "asks clients for no certificate (tls)",
  optional: "accepts clients without a certificate (optional)",
  required: "requires certificates of its clients (required)",
};

/** Checks that name each caller that fails. */
const CALLS: readonly string[] = ["accepted", "prepared"];

/**
 * Reports the policy of a server, and what blocks its next step.
 *
 * @param callers all its callers.
 * @param failed those that could not call it.
 */
export function sayPhase(
  { service, list, clients }: Server,
  callers: readonly Party[],
  failed: readonly string[],
): void {
  const next = CLIENT_POLICIES[CLIENT_POLICIES.indexOf(clients) + 1];
  if (next === undefined) {
    list.pass("phase", `${POLICIES[clients]}, the last step`);
    return;
  }
  const planned = [
    { name: service.name, clients: next, presents: service.presents, calls: [] },
    ...callers.map((caller) => ({
      name: caller.service.name,
      clients: undefined,
      presents: caller.service.presents,
      calls: [service.name],
    })),
  ];
  const ownFaults = list.checks.some(
    ({ ok, severity, code }) => !ok && severity === "error" && !CALLS.includes(code),
  );
  const reasons = [
    ...(ownFaults ? ["by the failed checks above"] : []),
    ...failed.map((caller) => `by ${caller}, whose handshake failed above`),
    ...silentCallers(planned).map(({ message }) => `because ${message}`),
  ];
  const verdict =
    reasons.length === 0
      ? `nothing blocks "${next}"`
      : `"${next}" is blocked ${reasons.join(", and ")}`;
  list.pass("phase", `${POLICIES[clients]}; ${verdict}`);
}
