import type { Backend, IssuedPair } from "../../../components/choreo-connect/gateway";
import { STORE_KEYS } from "../../../components/kubernetes/store-keys";
import { storePasswordProblem, type Certificate } from "../../../x509";
import type { Checklist } from "../../../verify/check";
import { pairOfFiles, type KeyPair } from "../../../verify/key-pair";
import { checkLeaf } from "../../../verify/leaf-checks";
import { checkKeyStores, pairInStore, type Store } from "../../../verify/store-checks";
import type { StoreShelf } from "../../../verify/stores";
import type { BackendView, Files } from "./backend-view";
import { checkIssuedLast } from "./check-issued-last";
import { checkBackendNames } from "./check-backend-names";
import { pkcs8Problems } from "./key-form";
import type { Surroundings } from "./surroundings";
import { TODO } from "./todo";

/** A backend's own certificate, and its key if it is available. */
export interface BackendPair {
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
export function storeIn(
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
export function judgeFiles(
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
