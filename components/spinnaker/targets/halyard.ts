import type { Installation, Service } from "../installation";
import {
  profile,
  trustOf,
  urlProperties,
  withProperties,
  type References,
  type Settings,
} from "../profiles";
import { serviceSettings, type Mount } from "./halyard-settings";
import { secretsOf, type SecretNames, type ServiceSecrets } from "./secret-names";

const DIRECTORY = "/opt/spinnaker/mtls";

/** Halyard's files, by their paths below `~/.hal/<deployment>`, for those who still use it. */
export function halyardFiles(
  installation: Installation,
  names: SecretNames,
): Map<string, Settings> {
  return new Map(
    [...installation.services.values()].flatMap((service) => {
      const settings = serviceSettings(
        service,
        `${DIRECTORY}/${trustOf(service)}`,
        mountsOf(secretsOf(names, service.name)),
      );
      return [
        [`profiles/${service.name}-local.yml`, halyardProfile(service, installation)] as const,
        [`service-settings/${service.name}.yml`, settings] as const,
      ];
    }),
  );
}

function halyardProfile(service: Service, installation: Installation): Settings {
  const own = withProperties(
    profile(service, REFERENCES),
    urlProperties(service, installation, false),
  );
  return service.language === "java" ? { ...importOf(DIRECTORY), ...own } : own;
}

/** Passwords are files too: Spring Boot (from 2.4) turns each into a property named after its path. */
const REFERENCES: References = {
  file: (place, key) => `${DIRECTORY}/${place}/${key}`,
  password: (place) => `\${${place}.password}`,
};

function mountsOf(secrets: ServiceSecrets): Mount[] {
  return (["keys", "trust", "others"] as const).flatMap((place) => {
    const secret = secrets[place];
    return secret === undefined ? [] : [{ secret, directory: `${DIRECTORY}/${place}` }];
  });
}

/** Imports a directory of passwords. If it is missing the service does not start, as intended. */
export function importOf(directory: string): Settings {
  return { spring: { config: { import: `configtree:${directory}/` } } };
}
