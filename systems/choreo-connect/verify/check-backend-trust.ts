import type { Backend } from "../../../components/choreo-connect/gateway";
import { CA_CERTIFICATES } from "../../../components/choreo-connect/paths";
import { STORE_KEYS } from "../../../components/kubernetes/store-keys";
import { readCertificate, readCertificates, type Certificate } from "../../../x509";
import type { Checklist } from "../../../verify/check";
import { checkPublishedKeys, failPublishedKeys } from "../../../verify/published-keys";
import { publishedKeysInStore, trustStoreProblems } from "../../../verify/store-checks";
import { readTrustFile } from "../../../verify/trust-file";
import { trustProblems } from "../../../verify/trust-problems";
import type { BackendView } from "./backend-view";
import { judgeFiles, storeIn } from "./check-backend-pair";
import type { Surroundings } from "./surroundings";

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
    if (file.unreadable === undefined) {
      problems.push(...trustProblems(file.what, file.certificates, expected, "nobody else"));
      found.push(file.certificates);
    } else problems.push(file.unreadable);
  };
  if (forms.includes("pem")) readFile("ca.crt", cas);
  if (forms.includes("ca-certificates")) {
    const others = Object.values(publicCas).flatMap((pem) => readCertificates(pem));
    readFile(CA_CERTIFICATES, [...cas, ...others]);
  }
  // A JKS store is created from the PKCS#12 store, and cannot be read here.
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
