import type { ServiceName } from "../service-table";

/** Names of the Secrets that a service reads. */
export interface ServiceSecrets {
  /** With its own key and certificate. */
  readonly keys: string;
  /** With the CAs of Spinnaker. */
  readonly trust: string;
  /** With those and the CAs beyond Spinnaker. */
  readonly others: string | undefined;
}

export type SecretNames = ReadonlyMap<ServiceName, ServiceSecrets>;

/** @throws Error if there are none for this service. */
export function secretsOf(names: SecretNames, service: ServiceName): ServiceSecrets {
  const found = names.get(service);
  if (!found) throw new Error(`no Secrets for ${service}`);
  return found;
}
