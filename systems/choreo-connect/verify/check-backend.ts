import {
  contentDigest,
  objectNamesOf,
  type Backend,
  type ExistingCertificate,
} from "../../../components/choreo-connect/gateway";
import { shownCertificate } from "../../../components/choreo-connect/trust";
import { contentAnnotation } from "../../../components/kubernetes/workload";
import { REPAIR, warnWithoutKey, type Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import { checkNoKeys } from "../../../verify/config-maps";
import { checkExpiry } from "../../../verify/leaf-checks";
import { checkRestarts } from "../../../verify/restarts";
import { checkPublishedKeys } from "../../../verify/trust-checks";
import { readCertificates } from "../../../x509";
import { exportedBackend, readBackend, type BackendView } from "./backend-view";
import { checkBackendNames, checkBackendPair, checkBackendTrust } from "./check-backend-files";
import type { BackendParty } from "./check-calls";
import type { Access, Surroundings } from "./surroundings";

/**
 * Checks everything about a backend that does not need the router.
 *
 * @returns the backend, if handshakes with it can be tried.
 */
export async function checkBackend(
  backend: Backend,
  access: Access,
  list: Checklist,
  surroundings: Surroundings,
): Promise<BackendParty | undefined> {
  const { namespace, certificate } = backend;
  const { cluster, kept } = access;
  const isHere = namespace !== undefined && cluster !== undefined;
  const view = isHere
    ? await readObjects(cluster, backend, namespace, list)
    : exportedBackend(backend, surroundings.stack, kept);
  const hasKeys = isHere || kept !== undefined;
  if (!isHere) sayExported(list, backend, hasKeys);
  const own =
    certificate.kind === "issued"
      ? checkBackendPair({ ...backend, certificate }, view, list, hasKeys, surroundings)
      : undefined;
  const clientCas = checkBackendTrust(backend, view, list, hasKeys, surroundings);
  if (certificate.kind === "existing") {
    checkExisting({ ...backend, certificate }, list, surroundings);
  }
  if (isHere) {
    const { caBundle, issued } = surroundings.stack;
    const restarts = {
      namespace,
      workloads: backend.restarts.map((name) => ({ kind: "Deployment", name }) as const),
      annotation: contentAnnotation(backend.name),
      digest: contentDigest(backend, caBundle, issued.backends[backend.name]?.certificate),
    };
    await checkRestarts(cluster, restarts, list);
  }
  if (!own?.leaf || !own.pair || clientCas === undefined) return undefined;
  return { backend, list, todo: view.todo, leaf: own.leaf, pair: own.pair, clientCas };
}

async function readObjects(
  cluster: Cluster,
  backend: Backend,
  namespace: string,
  list: Checklist,
): Promise<BackendView> {
  const view = await readBackend(cluster, backend, namespace);
  const { keys, routerCa, routerTrust } = objectNamesOf(backend);
  const names = [keys, routerCa, routerTrust].filter((name) => name !== undefined);
  list.judge(
    "mounted-objects",
    view.missing,
    `${names.map((name) => `${namespace}/${name}`).join(", ")} exist, for its pods to mount`,
    REPAIR.objects,
  );
  const configMap = routerCa && (await cluster.configMap(namespace, routerCa));
  if (configMap) checkNoKeys(list, namespace, [configMap]);
  return view;
}

function sayExported(list: Checklist, { certificate }: Backend, hasKeys: boolean): void {
  list.pass(
    "exported",
    "it is not in the cluster: the files that `countersign choreo-connect export` writes for it now are checked, but not whether they are in place",
  );
  if (hasKeys || certificate.kind === "existing") return;
  warnWithoutKey(list, "neither the key, nor its stores, nor any handshake");
}

/** Checks everything about a backend with a certificate from elsewhere that does not need its key. */
function checkExisting(
  { name, endpoints, certificate }: Backend & { certificate: ExistingCertificate },
  list: Checklist,
  { at }: Surroundings,
): void {
  const what = `choreoConnect.backends.${name}.existing`;
  const certificates = readCertificates(certificate.certificates, what);
  const hosts = [...new Set(endpoints.map(({ host }) => host))];
  const leaf = shownCertificate(certificates, hosts);
  if (leaf !== undefined) {
    const todo = `Have its issuer issue another one, and set ${what} to it.`;
    checkBackendNames(list, leaf, hosts, todo);
  }
  for (const each of certificates) {
    const time = at > each.notAfter ? [`${each.subject.text} expired.`] : [];
    checkExpiry(list, { what: each.subject.text, leaf: each, at }, time);
  }
  checkPublishedKeys(list, { what, certificates });
  list.warn(
    "not-tried",
    "its certificate is issued elsewhere, and its key is not available: no handshake of the router with it was tried.",
    "Nothing, if the API answers. Otherwise, call the backend as the router would: `openssl s_client -connect HOST:PORT -verify_return_error -verify_hostname HOST -CAfile FILE -cert mg.pem -key mg.key`. OpenSSL also accepts a host that is only in the common name; the router does not.",
  );
}
