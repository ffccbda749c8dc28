import { installation, type Installation } from "../../components/spinnaker/installation";
import type { ServiceName } from "../../components/spinnaker/service-table";
import { about } from "../../config/about";
import { bothLeaves } from "../../config/consumers";
import type { Claims, Sections } from "../../config/system";
import { spinnaker, type SpinnakerConfig } from "./section";

export const sections = {
  spinnaker: spinnaker.meta(about("Spinnaker's services (docs/spinnaker.md)")),
};

/** The section, with everything that is derived from it. */
export interface SpinnakerSettings extends SpinnakerConfig {
  readonly installation: Installation;
}

export function resolve(
  { spinnaker: own }: Sections<typeof sections>,
  clusterDomain: string,
): SpinnakerSettings | undefined {
  if (own === undefined) return undefined;
  const services = entriesOf<ServiceName, Service>(own.services);
  return {
    ...own,
    installation: installation({
      target: own.target.kind,
      namespace: own.namespace,
      clusterDomain,
      phase: own.phase,
      exceptions: new Map(entriesOf(own.exceptions)),
      services: new Map(
        services.map(([name, { trust, ...settings }]) => [
          name,
          { ...settings, trustsOthers: trust && Object.keys(trust).length > 0 },
        ]),
      ),
    }),
  };
}

type Service = NonNullable<SpinnakerConfig["services"][ServiceName]>;

function entriesOf<K extends string, V>(record: Readonly<Partial<Record<K, V>>>): [K, V][] {
  return Object.entries(record) as [K, V][];
}

export function claims({ installation: own, certificate, ...section }: SpinnakerSettings): Claims {
  return {
    namespaces: [{ path: ["spinnaker"], ...section }],
    lifetimes: [{ path: ["spinnaker"], hours: certificate.validityHours }],
    leaves: own.services.flatMap(({ dnsNames }) => bothLeaves(dnsNames)),
  };
}
