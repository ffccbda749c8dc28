import { STORE_KEYS } from "../kubernetes/store-keys";
import { baseUrl, serviceNamed, type Installation, type Service } from "./installation";
import { clientAuthOf, reaches } from "./phase";
import type { ServiceName } from "./service-table";

/** One of a service's Secrets: with its own key and certificate, with Spinnaker's CAs, or with CAs beyond Spinnaker too. */
export type Place = "keys" | "trust" | "others";

/** Keys of those Secrets. */
export const FILES = { ...STORE_KEYS, certificate: "tls.crt", key: "tls.key" } as const;

/** Names of the Secrets that a service reads. */
export interface ServiceSecrets {
  /** Secret with its own key and certificate. */
  readonly keys: string;
  /** Secret with Spinnaker's CAs. */
  readonly trust: string;
  /** Secret with those and the CAs beyond Spinnaker. */
  readonly others: string | undefined;
}

export type SecretNames = ReadonlyMap<ServiceName, ServiceSecrets>;

/** Returns the Secrets of a service. @throws Error if there are none. */
export function secretsOf(names: SecretNames, service: ServiceName): ServiceSecrets {
  const found = names.get(service);
  if (!found) throw new Error(`no Secrets for ${service}`);
  return found;
}

/** References to a service's files and passwords, in the syntax of one target. */
export interface References {
  readonly file: (place: Place, key: string) => string;
  /** Reference to the password of that Secret's store. */
  readonly password: (place: Place) => string;
}

/** A value in YAML. */
export type Value = string | number | boolean | readonly Value[] | Settings;

/** A tree of settings. */
export interface Settings {
  readonly [key: string]: Value;
}

/** Creates the settings that a service itself needs, whatever the target: `server.*` and its clients' stores. */
export function profile(service: Service, references: References): Settings {
  return service.language === "java"
    ? javaProfile(service, references)
    : goProfile(service, references);
}

/**
 * Creates Spring Boot's `server.ssl`, and kork's `ok-http-client` and `default` (io.spinnaker.kork 7.254.0).
 *
 * Types and passwords are always set, since kork's class has its own defaults (`changeit`). Names are written with
 * hyphens: kork's secret processor takes a name that ends in `keystore` for a path and would put `file:` before it.
 */
function javaProfile(service: Service, references: References): Settings {
  const keyStore = store("key-store", references, "keys", FILES.keyStore);
  const trustStore = store("trust-store", references, "trust", FILES.trustStore);
  const clientTrust = store("trust-store", references, trustOf(service), FILES.trustStore);
  // With only a trust store, or with a key store without a key, kork's clients do not start, unless keys may change at
  // run time: then there may be none (X509IdentitySource, kork-crypto 7.254.0).
  const clientKeys: Settings = service.clientCertificate
    ? keyStore
    : { "refreshable-keys": { enabled: true } };
  const listeners = {
    ...(service.apiPort !== undefined && { "api-port": service.apiPort }),
    ...(service.legacyPort !== undefined && { "legacy-server-port": service.legacyPort }),
  };
  const secure = reaches(service.phase, "tls");
  return {
    ...(secure && {
      server: {
        ssl: {
          enabled: true,
          ...keyStore,
          ...trustStore,
          "client-auth": clientAuthOf(service.phase),
        },
      },
    }),
    "ok-http-client": { ...clientKeys, ...clientTrust },
    ...(secure && Object.keys(listeners).length > 0 && { default: listeners }),
  };
}

function store(name: string, { file, password }: References, place: Place, key: string) {
  return {
    [name]: file(place, key),
    [`${name}-type`]: "PKCS12",
    [`${name}-password`]: password(place),
  };
}

/** Creates `server.ssl` and `http` of armory/go-yaml-tools v1.0.2. Keys are not encrypted, as their Secret protects them. */
function goProfile(service: Service, { file }: References): Settings {
  return {
    ...(reaches(service.phase, "tls") && {
      server: {
        ssl: {
          enabled: true,
          certFile: file("keys", FILES.certificate),
          keyFile: file("keys", FILES.key),
          cacertFile: file("trust", FILES.caBundle),
          clientAuth: clientAuthOf(service.phase),
        },
      },
    }),
    http: {
      cacertFile: file(trustOf(service), FILES.caBundle),
      // Set even if the client is not known to show it: it does no harm, and is right once the client does.
      clientCertFile: file("keys", FILES.certificate),
      clientKeyFile: file("keys", FILES.key),
    },
  };
}

/** Returns which CAs a service trusts for the servers that it calls. */
export function trustOf({ trustsOthers }: Service): "trust" | "others" {
  return trustsOthers ? "others" : "trust";
}

/** Properties with a callee's URL in addition to `services.<name>.baseUrl`, which these clients do not read. */
const FURTHER_PROPERTIES: Readonly<
  Partial<Record<ServiceName, Readonly<Partial<Record<ServiceName, readonly string[]>>>>>
> = {
  echo: {
    // Armory's plugin that forwards webhooks has a literal URL in its own profile.
    dinghy: ["armorywebhooks", "forwarding", "baseUrl"],
    keel: ["keel", "baseUrl"],
  },
  gate: { terraformer: ["services", "terraformer", "baseUrl"] },
  igor: { keel: ["keel", "baseUrl"] },
  orca: { terraformer: ["services", "terraformer", "baseUrl"] },
};

/**
 * Returns the https URLs that a service's own profile must contain, as properties and URLs.
 *
 * @param all whether this target has no other way to tell services about each other.
 */
export function urlProperties(
  caller: Service,
  installation: Installation,
  all: boolean,
): readonly (readonly [readonly string[], string])[] {
  return caller.calls.flatMap((name) => {
    const callee = serviceNamed(installation, name);
    if (!callee || !reaches(callee.phase, "tls")) return [];
    const further = furtherProperty(caller.name, name);
    const usual = ["services", name, "baseUrl"];
    const paths = [...(all ? [usual] : []), ...(further ? [further] : [])];
    const different = new Map(paths.map((path) => [path.join("."), path]));
    return [...different.values()].map((path) => [path, baseUrl(callee)] as const);
  });
}

function furtherProperty(caller: ServiceName, callee: ServiceName) {
  const base = caller.startsWith("echo-") ? "echo" : caller;
  return FURTHER_PROPERTIES[base]?.[callee];
}

/** Adds values at paths of a tree that has none there. */
export function withProperties(
  tree: Settings,
  properties: readonly (readonly [readonly string[], string])[],
): Settings {
  return properties.reduce((all, [path, value]) => put(all, path, value), tree);
}

function put(tree: Settings, [first = "", ...rest]: readonly string[], value: string): Settings {
  const inside = tree[first];
  const below = isTree(inside) ? inside : {};
  return { ...tree, [first]: rest.length === 0 ? value : put(below, rest, value) };
}

function isTree(value: Value | undefined): value is Settings {
  return typeof value === "object" && !Array.isArray(value);
}
