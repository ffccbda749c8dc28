import type { Backend, IssuedPair } from "../../../components/choreo-connect/gateway";
import { CA_CERTIFICATES } from "../../../components/choreo-connect/paths";
import { STORE_KEYS } from "../../../components/kubernetes/store-keys";
import type { Checklist } from "../../../verify/check";
import { checkLeaf, pairOfFiles, type KeyPair } from "../../../verify/leaf-checks";
import {
  checkKeyStores,
  pairInStore,
  publishedKeysInStore,
  trustStoreProblems,
  type Store,
  type StoreShelf,
} from "../../../verify/stores";
import {
  checkPublishedKeys,
  failPublishedKeys,
  readTrustFile,
  trustFileProblems,
} from "../../../verify/trust-checks";
import {
  coversHost,
  quoteList,
  readCertificate,
  readCertificates,
  storePasswordProblem,
  type Certificate,
} from "../../../x509";
import type { BackendView, Files } from "./backend-view";
import { TODO, checkIssuedLast, pkcs8Problems, type Surroundings } from "./surroundings";

/** A backend's own certificate, and its key if it is available. */
interface BackendPair {
  readonly leaf: Certificate | undefined;
  readonly pair: KeyPair | undefined;
}

const PEM = { certificate: "tls.crt", key: "tls.key" };

/** Checks a backend's certificate and key. */
export function checkBackendPair(
  { name, certificate, endpoints, dnsNames, ipAddresses }: Backend & { certificate: IssuedPair },
  view: BackendView,
  list: Checklist,
  hasKeys: boolean,
  { stack: { issued }, cas, shelf, at }: Surroundings,
): BackendPair {
  const isStore = certificate.form === "pkcs12" && hasKeys;
  const pair = isStore ? pairOfStore(view, list, shelf) : pairOfPem(view, list, hasKeys);
  if (pair === undefined) return { leaf: undefined, pair };
  const leaf = checkLeaf(list, {
    what: "its certificate",
    certificatePem: pair.certificate,
    keyPem: hasKeys ? pair.key : undefined,
    origin: pair.origin,
    roots: cas,
    purposes: ["serverAuth"],
    at,
  });
  if (leaf === undefined) return { leaf, pair: undefined };
  checkIssuedLast(list, leaf, pair.origin, issued.backends[name]);
  const wanted = [...new Set([...endpoints.map(({ host }) => host), ...dnsNames, ...ipAddresses])];
  checkBackendNames(list, leaf, wanted, TODO.issue);
  if (hasKeys) {
    const kind = leaf.keyAlgorithm;
    const other = `the key in ${pair.origin} is ${kind}, but the stack created one with ${certificate.algorithm}.`;
    list.judge(
      "key-form",
      [
        ...(isStore ? [] : pkcs8Problems(pair, "the backend")),
        ...(kind === certificate.algorithm ? [] : [other]),
      ],
      `its key is ${kind}, in ${isStore ? "its store" : "unencrypted PKCS#8"}`,
      view.todo,
    );
  }
  return { leaf, pair: hasKeys && list.holds("key") ? pair : undefined };
}

/**
 * Checks the CAs that a backend trusts for the router, in each form in which it gets them.
 *
 * @returns the CAs as PEM, from the first form that can be read; undefined if there is none.
 */
export function checkBackendTrust(
  { routerTrust: { forms, publicCas } }: Backend,
  view: BackendView,
  list: Checklist,
  hasKeys: boolean,
  { cas, shelf }: Surroundings,
): readonly string[] | undefined {
  const problems: string[] = [];
  const found: (readonly Certificate[])[] = [];
  const readFile = (name: string, expected: readonly Certificate[]) => {
    if (!judgeFiles(list, view.routerCa, [name], view.todo)) return;
    const content = view.routerCa.get(name);
    if (content === undefined) return;
    const file = readTrustFile(content, name);
    checkPublishedKeys(list, file);
    problems.push(...trustFileProblems(file, expected, "nobody else"));
    if (file.unreadable === undefined) found.push(file.certificates);
  };
  if (forms.includes("pem")) readFile("ca.crt", cas);
  if (forms.includes("ca-certificates")) {
    const others = Object.values(publicCas).flatMap((pem) => readCertificates(pem));
    readFile(CA_CERTIFICATES, [...cas, ...others]);
  }
  // A JKS store has the same content, and is only exported.
  if (hasKeys && (forms.includes("pkcs12") || forms.includes("jks"))) {
    const store = storeIn(view.routerTrust, STORE_KEYS.trustStore, shelf, list, view.todo);
    if (store !== undefined) {
      problems.push(...trustStoreProblems(store, cas, "nobody else"));
      failPublishedKeys(list, publishedKeysInStore(store));
      const trusted = store.opened.content?.trusted ?? [];
      found.push(trusted.map(({ certificatePem }) => readCertificate(certificatePem)));
    }
  }
  const [trusted] = found;
  if (trusted === undefined && problems.length === 0) return undefined;
  list.judge(
    "trust-store",
    problems,
    `it trusts the stack's ${cas.length === 1 ? "CA" : `${cas.length} CAs`} for the router (${forms.join(", ")})`,
    `The router can call it only if it trusts the router's CA, and so can clients of any other CA that it trusts. ${view.todo}`,
  );
  return trusted?.map(({ pem }) => pem);
}

/** Checks that a backend's certificate has every name and address that the router calls it by. */
export function checkBackendNames(
  list: Checklist,
  leaf: Certificate,
  hosts: readonly string[],
  todo: string,
): void {
  const missing = hosts.filter((host) => !coversHost(leaf, host));
  list.judge(
    "names",
    missing.length === 0
      ? []
      : [
          `its certificate is for ${quoteList([...leaf.dnsNames, ...leaf.ipAddresses])}, but the router compares it with ${missing.join(", ")}.`,
        ],
    `its certificate is for ${hosts.join(", ")}`,
    todo,
  );
}

function pairOfPem(
  { keys, todo }: BackendView,
  list: Checklist,
  hasKeys: boolean,
): KeyPair | undefined {
  const [certificate, key] = [keys.get(PEM.certificate), keys.get(PEM.key)];
  if (certificate !== undefined && !hasKeys) {
    return { certificate: certificate.content.toString(), key: "", origin: certificate.origin };
  }
  const isThere = judgeFiles(list, keys, Object.values(PEM), todo);
  return isThere && certificate && key ? pairOfFiles(certificate, key) : undefined;
}

function pairOfStore(
  { keys, todo }: BackendView,
  list: Checklist,
  shelf: StoreShelf,
): KeyPair | undefined {
  const store = storeIn(keys, STORE_KEYS.keyStore, shelf, list, todo);
  if (store === undefined) return undefined;
  checkKeyStores(list, [store]);
  return pairInStore(store);
}

/** Returns a store with its password; undefined if one of them is missing, which is reported. */
function storeIn(
  files: Files,
  name: string,
  shelf: StoreShelf,
  list: Checklist,
  todo: string,
): Store | undefined {
  const [store, password] = [files.get(name), files.get(STORE_KEYS.password)];
  const isThere = judgeFiles(list, files, [name, STORE_KEYS.password], todo);
  if (!isThere || store === undefined || password === undefined) return undefined;
  const text = password.content.toString("utf8");
  const problem = storePasswordProblem(text);
  list.judge(
    "password",
    problem === undefined ? [] : [`the password in ${password.origin} ${problem}.`],
    `Java can open its ${name} with its password`,
    todo,
  );
  return { origin: store.origin, opened: shelf.open(store.content, text) };
}

/** Reports which files are there. If there are none, this has been reported for their object. */
function judgeFiles(
  list: Checklist,
  files: Files,
  wanted: readonly string[],
  todo: string,
): boolean {
  const [origin] = [...files.values()].map((file) => file.origin);
  if (origin === undefined) return false;
  return list.judge(
    "files",
    wanted.filter((name) => !files.has(name)).map((name) => `${origin} has no ${name}.`),
    `${wanted.join(" and ")} ${wanted.length === 1 ? "is" : "are"} there`,
    todo,
  );
}
