import type { Service } from "../../../components/spinnaker/installation";
import { reaches } from "../../../components/spinnaker/phase";
import { storePasswordProblem, type Certificate } from "../../../x509";
import { REPAIR, type Checklist } from "../../../verify/check";
import { failPublishedKeys, type Beyond } from "../../../verify/trust-checks";
import {
  checkKeyStores,
  pairInStore,
  publishedKeysInStore,
  trustStoreProblems,
  unique,
  type Store,
  type StoreShelf,
} from "../../../verify/stores";
import { TODO, type SettingsReader, type Sides } from "./service-view";

/** A store to which a setting refers. */
interface NamedStore extends Store {
  readonly password: string;
}

/** Checks the stores of a service in Java: PKCS#12 stores for its server and for its clients. */
export function checkJava(
  list: Checklist,
  service: Service,
  reader: SettingsReader,
  shelf: StoreShelf,
  cas: readonly Certificate[],
): Sides {
  const read = (name: string) => readStore(reader, shelf, name);
  const isServer = reaches(service.phase, "tls");
  const server = isServer
    ? { keys: read("server.ssl.key-store"), trust: read("server.ssl.trust-store") }
    : undefined;
  const client = {
    keys: service.clientCertificate ? read("ok-http-client.key-store") : undefined,
    trust: read("ok-http-client.trust-store"),
  };
  // Without a key, kork's clients start only if keys may be added later (see javaProfile).
  if (!service.clientCertificate && reader.required(REFRESHABLE) === "false") {
    reader.faults.push(
      `${REFRESHABLE} is off, and there is no key store: its clients do not start.`,
    );
  }
  list.judge(
    "files",
    reader.faults,
    "the settings and files that it needs to start exist",
    TODO.settings,
  );
  const stores = [server?.keys, server?.trust, client.keys, client.trust].filter(isThere);
  const passwords = stores.map(({ origin, password }) => ({
    origin,
    problem: storePasswordProblem(password),
  }));
  const bad = passwords.filter(({ problem }) => problem !== undefined);
  list.judge(
    "password",
    unique(bad.map(({ origin, problem }) => `the password in ${origin} ${problem ?? ""}.`)),
    "Java can open its stores with their passwords",
    REPAIR.objects,
  );
  const shown = [server?.keys, client.keys].filter(isThere);
  if (shown.length > 0) checkKeyStores(list, shown);
  const ofClient: Beyond = service.trustsOthers ? "others too" : "nobody else";
  list.judge(
    "trust-store",
    unique([
      ...(server?.trust ? trustStoreProblems(server.trust, cas, "nobody else") : []),
      ...(client.trust ? trustStoreProblems(client.trust, cas, ofClient) : []),
    ]),
    `its trust stores hold the stack's ${cas.length === 1 ? "CA" : `${cas.length} CAs`}${service.trustsOthers ? "; its clients trust others, too" : ""}`,
    TODO.trust,
  );
  // The content of key stores is checked together with each certificate.
  failPublishedKeys(
    list,
    [server?.trust, client.trust].filter(isThere).flatMap(publishedKeysInStore),
  );
  return {
    server: sideOf(server?.keys, server?.trust, (keys, trust) => {
      const pair = pairInStore(keys);
      return pair && { pair, clientCas: anchorsOf(trust) };
    }),
    client: service.clientCertificate
      ? sideOf(client.keys, client.trust, (keys, trust) => ({
          pair: pairInStore(keys),
          serverCas: anchorsOf(trust),
        }))
      : client.trust?.opened.content && { pair: undefined, serverCas: anchorsOf(client.trust) },
  };
}

const REFRESHABLE = "ok-http-client.refreshable-keys.enabled";

function readStore(
  reader: SettingsReader,
  shelf: StoreShelf,
  name: string,
): NamedStore | undefined {
  const type = reader.optional(`${name}-type`);
  if (type !== undefined && type.toUpperCase() !== "PKCS12")
    reader.faults.push(`${name}-type is not PKCS12, but the store is PKCS#12.`);
  const password = reader.required(`${name}-password`);
  const file = reader.file(name);
  if (file === undefined || password === undefined) return undefined;
  return { origin: file.origin, password, opened: shelf.open(file.content, password) };
}

function anchorsOf({ opened }: Store): string[] {
  return (opened.content?.trusted ?? []).map(({ certificatePem }) => certificatePem);
}

/** Builds a working side: both of its stores exist and can be opened. */
function sideOf<T>(
  keys: Store | undefined,
  trust: Store | undefined,
  make: (keys: Store, trust: Store) => T | undefined,
): T | undefined {
  return keys?.opened.content && trust?.opened.content ? make(keys, trust) : undefined;
}

function isThere(store: NamedStore | undefined): store is NamedStore {
  return store !== undefined;
}
