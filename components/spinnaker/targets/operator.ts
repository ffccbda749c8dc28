import { isMap, mergeValues } from "../../kubernetes/helm/chart";
import { readManifest as readRaw } from "../../kubernetes/read-manifest";
import type { Installation, Service } from "../installation";
import { reaches } from "../phase";
import {
  profile,
  secretsOf,
  trustOf,
  urlProperties,
  withProperties,
  type References,
  type SecretNames,
  type ServiceSecrets,
  type Settings,
} from "../profiles";
import { serviceSettings } from "./halyard";

/** The open-source API group and Armory's. Both kinds have the same schema in the parts that are written here. */
export const API_GROUPS = ["spinnaker.io", "spinnaker.armory.io"] as const;
export type ApiGroup = (typeof API_GROUPS)[number];

export function apiVersionOf(group: ApiGroup): string {
  return `${group}/v1alpha2`;
}

/** The part of a SpinnakerService's `spec.spinnakerConfig` (armory/spinnaker-operator d92e6808) that is written here. */
interface SpinnakerConfig {
  readonly profiles: Settings;
  /** Absent if there are none: a removed empty map leaves a null, which the schema refuses. */
  readonly "service-settings"?: Settings;
}

export function spinnakerConfig(installation: Installation, names: SecretNames): SpinnakerConfig {
  const { services } = installation;
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

/** A SpinnakerService that somebody wrote. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: { readonly spinnakerConfig: Settings } & Readonly<Record<string, unknown>>;
}

/**
 * Reads the manifest of a SpinnakerService.
 *
 * @returns the manifest, or the end of a sentence that says why the file cannot be used.
 */
export function readManifest(path: string): Manifest | string {
  const read = readRaw(path, {
    kind: "SpinnakerService",
    apiVersions: API_GROUPS.map(apiVersionOf),
  });
  if (typeof read === "string") return read;
  const found = read as Partial<Manifest>;
  if (!found.metadata?.name) return "has no metadata.name";
  if (!isMap(found.spec?.spinnakerConfig)) return "has no spec.spinnakerConfig";
  return found as Manifest;
}

/** Finds settings in a manifest that contradict Countersign's, each as the end of a sentence about it. */
export function manifestProblems(manifest: Manifest, installation: Installation): string[] {
  const { namespace } = manifest.metadata;
  const profiles = manifest.spec.spinnakerConfig.profiles as Settings | undefined;
  const elsewhere =
    namespace !== undefined && namespace !== installation.namespace
      ? [`is for namespace "${namespace}", but spinnaker.namespace is "${installation.namespace}"`]
      : [];
  const ports = installation.services.flatMap(({ name, phase }) => {
    const server = (profiles?.[name] as Settings | undefined)?.server as Settings | undefined;
    if (server?.port === undefined || !reaches(phase, "tls")) return [];
    return [
      `sets profiles.${name}.server.port, which makes the Operator panic if the probe is by TCP (spinnaker-operator, transformer/serverport.go): remove it, and set spinnaker.services.${name}.port`,
    ];
  });
  return [...elsewhere, ...ports];
}

/** Merges Countersign's settings over a manifest. */
export function merged(manifest: Manifest, ours: SpinnakerConfig, namespace: string): Manifest {
  const spinnakerConfig = mergeValues(manifest.spec.spinnakerConfig, { ...ours }) as Settings;
  return {
    ...manifest,
    metadata: { ...manifest.metadata, namespace },
    spec: { ...manifest.spec, spinnakerConfig },
  };
}
