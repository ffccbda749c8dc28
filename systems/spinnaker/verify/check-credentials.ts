import type { Service } from "../../../components/spinnaker/installation";
import { reaches } from "../../../components/spinnaker/phase";
import { REPAIR, type Checklist } from "../../../verify/check";
import { isWithin } from "../../../verify/cluster/pods";
import { keyFormProblems, pairOfFiles, type KeyPair } from "../../../verify/leaf-checks";
import {
  checkKeyStores,
  pairInStore,
  publishedKeysInStore,
  trustStoreProblems,
  unique,
  type Store,
  type StoreShelf,
} from "../../../verify/stores";
import {
  failPublishedKeys,
  type Beyond,
  checkPublishedKeys,
  readTrustFile,
  trustFileProblems,
  type TrustFile,
} from "../../../verify/trust-checks";
import { storePasswordProblem, type Certificate } from "../../../x509";
import { TODO, type SettingsReader, type Sides, type ServiceView } from "./service-view";

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

/** Checks the files of a service in Go: PEM files for its server and for its clients. */
export function checkGo(
  list: Checklist,
  service: Service,
  view: ServiceView,
  reader: SettingsReader,
  cas: readonly Certificate[],
): Sides {
  const readPair = (certificateName: string, keyName: string) => {
    const [certificate, key] = [reader.file(certificateName), reader.file(keyName)];
    return certificate && key && pairOfFiles(certificate, key);
  };
  const server = reaches(service.phase, "tls")
    ? {
        pair: readPair("server.ssl.certFile", "server.ssl.keyFile"),
        trust: reader.file("server.ssl.cacertFile"),
      }
    : undefined;
  const client = {
    pair: readPair("http.clientCertFile", "http.clientKeyFile"),
    trust: reader.file("http.cacertFile"),
  };
  list.judge(
    "files",
    reader.faults,
    "the settings and files that it needs to start exist",
    TODO.settings,
  );
  const pairs = [server?.pair, client.pair].filter((pair) => pair !== undefined);
  checkKeyForm(list, pairs);
  const ofServer = server?.trust && readTrustFile(server.trust, CA_FILE);
  const ofClient = client.trust && readTrustFile(client.trust, CA_FILE);
  const pool = service.name === "dinghy" ? poolOf(view) : undefined;
  list.judge(
    "trust-store",
    [
      ...new Set([
        ...problemsOf(ofServer, cas, "nobody else"),
        ...problemsOf(ofClient, cas, service.trustsOthers ? "others too" : "nobody else"),
        ...problemsOf(pool, cas, "others too"),
      ]),
    ],
    `its CA files hold the stack's ${cas.length === 1 ? "CA" : `${cas.length} CAs`}`,
    TODO.trust,
  );
  checkPublishedKeys(list, ...[ofServer, ofClient, pool].filter((each) => each !== undefined));
  // The published Dinghy uses neither the CAs nor the pair in `http` (armory/dinghy da5426ab), but Go's pool of CAs.
  const known = service.clientCertificate ? ofClient : (pool ?? ofClient);
  return {
    server: server?.pair &&
      ofServer && { pair: server.pair, clientCas: ofServer.certificates.map(({ pem }) => pem) },
    client: known && {
      pair: service.clientCertificate ? client.pair : undefined,
      serverCas: known.certificates.map(({ pem }) => pem),
    },
  };
}

/** Checks what go-yaml-tools v1.0.2 (pkg/tls) needs: it knows one PEM label for keys, and sends one certificate. */
function checkKeyForm(list: Checklist, pairs: readonly KeyPair[]): void {
  const problems = pairs.flatMap((pair) => {
    const count = pair.certificate.split("-----BEGIN CERTIFICATE-----").length - 1;
    const many = `${pair.origin} has ${count} certificates for its key, and Go sends only the first.`;
    return [
      ...keyFormProblems(pair, "pkcs1", "services in Go read only"),
      ...(count === 1 ? [] : [many]),
    ];
  });
  const good = "its key is in PKCS#1, with one certificate";
  list.judge("key-form", [...new Set(problems)], good, REPAIR.objects);
}

const CA_FILE = "the CA file";

function problemsOf(
  file: TrustFile | undefined,
  cas: readonly Certificate[],
  beyond: Beyond,
): string[] {
  return file === undefined ? [] : trustFileProblems(file, cas, beyond);
}

/** CAs that SSL_CERT_DIR adds to Go's own pool (Go, crypto/x509), besides the image's public CAs. */
function poolOf({ environment, files }: ServiceView): TrustFile {
  const directories = environment.get("SSL_CERT_DIR")?.split(":") ?? [];
  const certificates = [...files]
    .filter(([path]) => directories.some((directory) => isWithin(path, directory)))
    .flatMap(([, file]) => readTrustFile(file, CA_FILE).certificates);
  const what = "SSL_CERT_DIR, where its clients find CAs,";
  return { what, certificates, unreadable: undefined };
}
