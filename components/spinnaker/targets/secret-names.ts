import type { ServiceName } from "../service-table";

/** Names of the Secrets that a service reads. */
export interface ServiceSecrets {
  /** Secret with its own key and certificate. */
  readonly keys: string;
  /** Secret with Spinnaker's CAs. */
  readonly trust: string;
  /** Secret with those and the CAs beyond Spinnaker. */
  readonly others: string | undefined;
}

export type SecretNames = ReadonlyMap<ServiceName, ServiceSecrets>;

/** Returns the Secrets of a service. @throws Error if there are none. */
export function secretsOf(names: SecretNames, service: ServiceName): ServiceSecrets {
  const found = names.get(service);
  if (!found) throw new Error(`no Secrets for ${service}`);
  return found;
}
