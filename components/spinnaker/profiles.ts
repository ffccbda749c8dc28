import { STORE_KEYS } from "../kubernetes/store-keys";
import { baseUrl, type Installation, type Service } from "./installation";
import { clientAuthOf, reaches } from "./phase";
import type { ServiceName } from "./service-table";

/** Which of a service's Secrets: its own key and certificate, the CAs of Spinnaker, or those beyond Spinnaker too. */
export type Place = "keys" | "trust" | "others";

/** Keys of those Secrets. */
export const FILES = { ...STORE_KEYS, certificate: "tls.crt", key: "tls.key" } as const;

/** How a profile refers to a service's files and passwords, in the words of one target. */
export interface References {
  readonly file: (place: Place, key: string) => string;
  /** The password of that Secret's store. */
  readonly password: (place: Place) => string;
}

/** What YAML holds. */
export type Value = string | number | boolean | readonly Value[] | Settings;

/** A tree of settings. */
export interface Settings {
  readonly [key: string]: Value;
}

/** What a service itself must be told, whatever the target: `server.*` and its clients' stores. */
export function profile(service: Service, references: References): Settings {
  return service.language === "java"
    ? javaProfile(service, references)
    : goProfile(service, references);
}

/**
 * Spring Boot's `server.ssl`, and kork's `ok-http-client` and `default` (io.spinnaker.kork 7.254.0).
 *
 * Types and passwords stand everywhere, since kork's class has defaults of its own (`changeit`). Names are written with
 * hyphens: kork's secret processor takes a name that ends in `keystore` for a path and would put `file:` before it.
 */
function javaProfile(service: Service, references: References): Settings {
  const keyStore = store("key-store", references, "keys", FILES.keyStore);
  const trustStore = store("trust-store", references, "trust", FILES.trustStore);
  const clientTrust = store("trust-store", references, trustOf(service), FILES.trustStore);
  // A trust store alone, or a key store without a key, keeps kork's clients from starting, unless keys may change while
  // they run: then there may be none (X509IdentitySource, kork-crypto 7.254.0).
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

/** `server.ssl` and `http` of armory/go-yaml-tools v1.0.2; keys are not encrypted, as their Secret is what protects them. */
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
      // Also for a client that is not known to show it: it does no harm there, and is right once it does.
      clientCertFile: file("keys", FILES.certificate),
      clientKeyFile: file("keys", FILES.key),
    },
  };
}

/** The CAs by which a service knows those that it calls. */
export function trustOf({ trustsOthers }: Service): "trust" | "others" {
  return trustsOthers ? "others" : "trust";
}

/** Properties that hold a callee's URL beside `services.<name>.baseUrl`, which these clients do not read. */
const FURTHER_PROPERTIES: Readonly<
  Partial<Record<ServiceName, Readonly<Partial<Record<ServiceName, readonly string[]>>>>>
> = {
  echo: {
    // Armory's plugin that hands webhooks on has a literal URL in its own profile.
    dinghy: ["armorywebhooks", "forwarding", "baseUrl"],
    keel: ["keel", "baseUrl"],
  },
  gate: { terraformer: ["services", "terraformer", "baseUrl"] },
  igor: { keel: ["keel", "baseUrl"] },
  orca: { terraformer: ["services", "terraformer", "baseUrl"] },
};

/**
 * The https URLs that a service's own profile must hold, as properties and URLs.
 *
 * @param all whether this target tells services of each other in no other way.
 */
export function urlProperties(
  caller: Service,
  { services }: Installation,
  all: boolean,
): readonly (readonly [readonly string[], string])[] {
  return caller.calls.flatMap((name) => {
    const callee = services.get(name);
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

/** Puts values at paths of a tree that has none there. */
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
