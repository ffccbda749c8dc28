import {
  installation,
  serviceNamed,
  type Installation,
  type InstallationArgs,
  type Service,
  type ServiceSettings,
} from "../../../components/spinnaker/installation";
import type { Phase } from "../../../components/spinnaker/phase";
import type { ServiceName } from "../../../components/spinnaker/service-table";
import type { SecretNames } from "../../../components/spinnaker/profiles";

/** Settings of services by name. */
export type Services = Readonly<Partial<Record<ServiceName, ServiceSettings>>>;

/** An installation with the Operator in namespace `spinnaker` and phase `tls`, unless the test changes that. */
export function makeInstallation(
  services: Services,
  args: Partial<Omit<InstallationArgs, "services">> = {},
): Installation {
  return installation({
    target: "operator",
    namespace: "spinnaker",
    phase: "tls",
    services: new Map(Object.entries(services) as [ServiceName, ServiceSettings][]),
    ...args,
  });
}

/** Phases of some services, as exceptions of an installation. */
export function exceptions(
  phases: Readonly<Partial<Record<ServiceName, Phase>>>,
): ReadonlyMap<ServiceName, Phase> {
  return new Map(Object.entries(phases) as [ServiceName, Phase][]);
}

/** One service of an installation. */
export function serviceOf(installation: Installation, name: ServiceName): Service {
  const found = serviceNamed(installation, name);
  if (!found) throw new Error(`the test deploys no ${name}`);
  return found;
}

/** Names of Secrets as Pulumi generates them, all different. */
export function secretNames({ services }: Installation): SecretNames {
  return new Map(
    services.map(({ name, trustsOthers }) => [
      name,
      {
        keys: `spinnaker-${name}-keys-1a2b3c4d`,
        trust: "spinnaker-trust-5e6f7a8b",
        others: trustsOthers ? `spinnaker-${name}-others-9c0d1e2f` : undefined,
      },
    ]),
  );
}
