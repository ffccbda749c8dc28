import type { Installation, Service } from "../installation";
import { reaches } from "../phase";
import {
  FILES,
  profile,
  trustOf,
  urlProperties,
  withProperties,
  type Place,
  type References,
  type Settings,
} from "../profiles";
import { importOf } from "./halyard";
import { environment } from "./halyard-settings";

/**
 * Directory at which the kustomize base mounts a service's configuration (spinnaker/spinnaker,
 * spinnaker-kustomize/base).
 */
export const CONFIG_DIRECTORY = "/opt/spinnaker/config";
const DIRECTORY = "mtls";
const PASSWORDS = `${DIRECTORY}/passwords`;

/** Paths of a service's files below the directory of its configuration. */
const PATHS: Readonly<Record<Place, Readonly<Record<string, string>>>> = {
  keys: {
    [FILES.keyStore]: `${DIRECTORY}/keystore.p12`,
    [FILES.password]: `${PASSWORDS}/mtls.key-store-password`,
    [FILES.certificate]: `${DIRECTORY}/tls.crt`,
    [FILES.key]: `${DIRECTORY}/tls.key`,
  },
  trust: {
    [FILES.trustStore]: `${DIRECTORY}/truststore.p12`,
    [FILES.password]: `${PASSWORDS}/mtls.trust-store-password`,
    [FILES.caBundle]: `${DIRECTORY}/trust/ca.pem`,
  },
  others: {
    [FILES.trustStore]: `${DIRECTORY}/others.p12`,
    [FILES.password]: `${PASSWORDS}/mtls.others-password`,
    [FILES.caBundle]: `${DIRECTORY}/others/ca.pem`,
  },
};

const PASSWORD_PROPERTIES: Readonly<Record<Place, string>> = {
  keys: "mtls.key-store-password",
  trust: "mtls.trust-store-password",
  others: "mtls.others-password",
};

const REFERENCES: References = {
  file: (place, key) => `${CONFIG_DIRECTORY}/${PATHS[place][key] ?? key}`,
  password: (place) => `\${${PASSWORD_PROPERTIES[place]}}`,
};

/** A service's profile, with the key of its ConfigMap. */
export interface ProfileFile {
  /** Also the name of the file, by which Spring Boot and go-yaml-tools find it. */
  readonly key: string;
  readonly content: Settings;
}

/**
 * Creates the profile of a service. The base imports the files of each directory next to its own
 * (`spring.config.import`), and a file for a profile (`-local`) overrides everything in the base itself.
 */
export function kustomizeProfile(service: Service, installation: Installation): ProfileFile {
  const own = withProperties(
    profile(service, REFERENCES),
    urlProperties(service, installation, true),
  );
  const content =
    service.language === "java" ? { ...importOf(`${CONFIG_DIRECTORY}/${PASSWORDS}`), ...own } : own;
  return { key: profileKey(service), content };
}

function profileKey({ name }: Service): string {
  return `${name}-local.yml`;
}

/** A source of a projected volume (Kubernetes core/v1 VolumeProjection). */
export type Source<Name = string> =
  | { readonly configMap: { readonly name: Name; readonly items: readonly Item[] } }
  | { readonly secret: { readonly name: Name; readonly items: readonly Item[] } };

// No interface: only a type fits where any tree of settings does.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
type Item = { readonly key: string; readonly path: string; readonly mode?: number };

/** Readable only by the pod's group, which is the service's (`fsGroup`). */
const GROUP_ONLY = 0o440;

/** Returns the sources that are added to the volume with a service's configuration. */
export function sources<Name>(
  service: Service,
  configMap: Name,
  secrets: Readonly<Record<Place, Name | undefined>>,
): Source<Name>[] {
  const key = profileKey(service);
  // go-yaml-tools reads one directory, without those below it.
  const path = service.language === "java" ? `${DIRECTORY}/${key}` : key;
  const own = service.language === "java" ? JAVA_FILES : GO_FILES;
  return [
    { configMap: { name: configMap, items: [{ key, path }] } },
    ...(["keys", "trust", "others"] as const).flatMap((place) => {
      const name = secrets[place];
      if (name === undefined) return [];
      const items = own[place].map((file) => ({
        key: file,
        path: PATHS[place][file] ?? file,
        ...(place === "keys" || file === FILES.password ? { mode: GROUP_ONLY } : {}),
      }));
      return [{ secret: { name, items } }];
    }),
  ];
}

type PlaceFiles = Readonly<Record<Place, readonly string[]>>;
const TRUST_STORE = [FILES.trustStore, FILES.password];
const JAVA_FILES: PlaceFiles = {
  keys: [FILES.keyStore, FILES.password],
  trust: TRUST_STORE,
  others: TRUST_STORE,
};
const GO_FILES: PlaceFiles = {
  keys: [FILES.certificate, FILES.key],
  trust: [FILES.caBundle],
  others: [FILES.caBundle],
};

/** Returns a replacement for an HTTP probe, which has no certificate to show; undefined as long as that one still works. */
export function probe({ phase }: Service): Settings | undefined {
  return reaches(phase, "tls") ? { tcpSocket: { port: "http" } } : undefined;
}

/** Returns variables of a service's container. */
export function variables(service: Service): readonly { name: string; value: string }[] {
  const { env = {} } = environment(service, `${CONFIG_DIRECTORY}/${DIRECTORY}/${trustOf(service)}`);
  return Object.entries(env as Record<string, string>).map(([name, value]) => ({ name, value }));
}
