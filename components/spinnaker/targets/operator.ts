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

/** Open source, and Armory's; the two kinds have the same schema as far as we write it. */
export const API_GROUPS = ["spinnaker.io", "spinnaker.armory.io"] as const;
export type ApiGroup = (typeof API_GROUPS)[number];

export function apiVersionOf(group: ApiGroup): string {
  return `${group}/v1alpha2`;
}

/** `spec.spinnakerConfig` of a SpinnakerService (armory/spinnaker-operator d92e6808), as far as it is ours. */
export interface SpinnakerConfig {
  readonly profiles: Settings;
  /** Absent where there are none: an empty map that is taken back leaves a null, which the schema refuses. */
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

/** The Operator mounts what a profile refers to, and writes paths and variables in the reference's place. */
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
