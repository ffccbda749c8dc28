import { baseUrl, type Installation, type Service } from "../installation";
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
import { kindOf } from "../service-table";

const DIRECTORY = "/opt/spinnaker/mtls";

/** Halyard's files, by their paths below `~/.hal/<deployment>`, for those who still use it. */
export function halyardFiles(
  installation: Installation,
  names: SecretNames,
): Map<string, Settings> {
  return new Map(
    installation.services.flatMap((service) => {
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

/** A Secret that a container mounts. */
interface Mount {
  readonly secret: string;
  readonly directory: string;
}

/**
 * Creates Halyard's service settings, which the Operator accepts too.
 *
 * The probe only opens a connection: Halyard's other probes follow the scheme but have no certificate to show, and are
 * refused if one is required. `server.port` is never set: with it and such a probe the Operator panics.
 *
 * @param trustDirectory directory with the bundle of all CAs that the service trusts, for Go's own pool.
 * @param mounts Secrets that Halyard must mount; the Operator finds them in the profiles.
 */
export function serviceSettings(
  service: Service,
  trustDirectory: string,
  mounts: readonly Mount[] = [],
): Settings {
  const { name, port } = service;
  const secure = reaches(service.phase, "tls");
  const kubernetes = {
    ...(secure && { useTcpProbe: true }),
    ...(mounts.length > 0 && {
      volumes: mounts.map(({ secret, directory }) => ({
        id: secret,
        mountPath: directory,
        type: "secret",
      })),
    }),
  };
  return {
    ...(port !== kindOf(name).port && { port }),
    ...(secure && { scheme: "https" }),
    // Gate's URL would become the address to which Deck sends browsers; no service calls Gate.
    ...(secure && name !== "gate" && { baseUrl: baseUrl(service) }),
    ...environment(service, trustDirectory),
    ...(Object.keys(kubernetes).length > 0 && { kubernetes }),
  };
}

/**
 * Sets variables for Dinghy, whose clients do not use the CAs of `http.cacertFile` (armory/dinghy since da5426ab), but
 * Go's own pool. This adds to the pool, and keeps the image's bundle of public CAs (Go, crypto/x509).
 */
export function environment({ name }: Service, trustDirectory: string): Settings {
  return name === "dinghy" ? { env: { SSL_CERT_DIR: trustDirectory } } : {};
}

/** Imports a directory of passwords. If it is missing the service does not start, as intended. */
export function importOf(directory: string): Settings {
  return { spring: { config: { import: `configtree:${directory}/` } } };
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
