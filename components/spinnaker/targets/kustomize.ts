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

/** Where the kustomize base mounts a service's configuration (spinnaker/spinnaker, spinnaker-kustomize/base). */
export const CONFIG_DIRECTORY = "/opt/spinnaker/config";
const DIRECTORY = "mtls";
const PASSWORDS = `${DIRECTORY}/passwords`;

/** The files of a service as they lie below the directory of its configuration. */
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

/** A service's profile, by the key of its ConfigMap. */
export interface ProfileFile {
  /** Also the name of the file: Spring Boot and go-yaml-tools find it by this name. */
  readonly key: string;
  readonly content: Settings;
}

/**
 * The profile of a service. The base imports the files of each directory beside its own (`spring.config.import`), and one
 * for a profile (`-local`) counts more than all in the base itself.
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

/** Readable by the pod's group, which is the service's (`fsGroup`), and by nobody else. */
const GROUP_ONLY = 0o440;

/** What the volume of a service's configuration gets besides what it has. */
export function sources<Name>(
  service: Service,
  configMap: Name,
  secrets: Readonly<Record<Place, Name | undefined>>,
): Source<Name>[] {
  const key = profileKey(service);
  // go-yaml-tools looks into one directory, and into none below it.
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

/** In the place of a probe by HTTP, which has no certificate to show; undefined while that still fits. */
export function probe({ phase }: Service): Settings | undefined {
  return reaches(phase, "tls") ? { tcpSocket: { port: "http" } } : undefined;
}

/** Variables of a service's container. */
export function variables(service: Service): readonly { name: string; value: string }[] {
  const { env = {} } = environment(service, `${CONFIG_DIRECTORY}/${DIRECTORY}/${trustOf(service)}`);
  return Object.entries(env as Record<string, string>).map(([name, value]) => ({ name, value }));
}
