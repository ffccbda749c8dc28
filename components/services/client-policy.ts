import type { ServerMode } from "../../facts";

/**
 * Policies of a server towards its clients, from the most open one to the strictest.
 *
 * - `tls`: it asks for no certificate.
 * - `optional`: it asks for one and refuses a wrong one, but accepts clients without one.
 * - `required`: it requires one.
 */
export const CLIENT_POLICIES = ["tls", "optional", "required"] as const;

export type ClientPolicy = (typeof CLIENT_POLICIES)[number];

/** Returns the policy as facts and checks name it. */
export function serverMode(policy: ClientPolicy): ServerMode {
  return MODES[policy];
}

const MODES: Readonly<Record<ClientPolicy, ServerMode>> = {
  tls: "tls",
  optional: "mutual-tls-optional",
  required: "mutual-tls",
};
