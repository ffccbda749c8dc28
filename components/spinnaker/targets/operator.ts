import type { Installation, Service } from "../installation";
import {
  profile,
  trustOf,
  urlProperties,
  withProperties,
  type References,
  type Settings,
} from "../profiles";
import { serviceSettings } from "./halyard-settings";
import { secretsOf, type SecretNames, type ServiceSecrets } from "./secret-names";

/** The open-source API group and Armory's. Both kinds have the same schema in the parts that are written here. */
export const API_GROUPS = ["spinnaker.io", "spinnaker.armory.io"] as const;
export type ApiGroup = (typeof API_GROUPS)[number];

export function apiVersionOf(group: ApiGroup): string {
  return `${group}/v1alpha2`;
}

/** The part of a SpinnakerService's `spec.spinnakerConfig` (armory/spinnaker-operator d92e6808) that is written here. */
export interface SpinnakerConfig {
  readonly profiles: Settings;
  /** Absent if there are none: a removed empty map leaves a null, which the schema refuses. */
  readonly "service-settings"?: Settings;
}

export function spinnakerConfig(installation: Installation, names: SecretNames): SpinnakerConfig {
  const services = [...installation.services.values()];
  const entries = (of: (service: Service, secrets: ServiceSecrets) => Settings) =>
    Object.fromEntries(
      services
        .map((service) => [service.name, of(service, secretsOf(names, service.name))] as const)
        .filter(([, settings]) => Object.keys(settings).length > 0),
    );
  const settings = entries((service, secrets) =>
    serviceSettings(service, mountedAt(service, secrets[trustOf(service)] ?? secrets.trust)),
  );
  return {
    profiles: entries((service, secrets) =>
      withProperties(
        profile(service, references(secrets)),
        urlProperties(service, installation, false),
      ),
    ),
    ...(Object.keys(settings).length > 0 && { "service-settings": settings }),
  };
}

/** References for the Operator, which mounts what a profile refers to, and replaces references with paths and variables. */
function references(secrets: ServiceSecrets): References {
  const nameOf = (place: keyof ServiceSecrets) => secrets[place] ?? secrets.trust;
  return {
    file: (place, key) => `encryptedFile:k8s!n:${nameOf(place)}!k:${key}`,
    password: (place) => `encrypted:k8s!n:${nameOf(place)}!k:password`,
  };
}

function mountedAt({ name }: Service, secret: string): string {
  return `/opt/${name}/secrets/${secret}`;
}
