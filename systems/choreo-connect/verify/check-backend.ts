import {
  contentDigest,
  objectNamesOf,
  type Backend,
  type ExistingCertificate,
} from "../../../components/choreo-connect/gateway";
import { shownCertificate } from "../../../components/choreo-connect/trust";
import { contentAnnotation } from "../../../components/kubernetes/content-digest";
import { REPAIR, type Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import { rollOutProblem } from "../../../verify/cluster/pods";
import { checkNoKeys } from "../../../verify/config-maps";
import { checkExpiry } from "../../../verify/leaf-checks";
import { checkPublishedKeys } from "../../../verify/trust-checks";
import { readCertificates } from "../../../x509";
import { exportedBackend, readBackend, type BackendView } from "./backend-view";
import { checkBackendNames, checkBackendPair, checkBackendTrust } from "./check-backend-files";
import type { BackendParty } from "./check-calls";
import { TODO, type Access, type Surroundings } from "./surroundings";

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
  if (isHere) await checkRestarts(cluster, backend, namespace, list, surroundings);
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
  list.warn(
    "not-tried",
    "its key is a secret output, which a file of outputs does not contain: neither the key, nor its stores, nor any handshake was tried.",
    TODO.keys,
  );
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

/** Checks that a backend's Deployments were rolled out after their last change of files, which they read on startup. */
async function checkRestarts(
  cluster: Cluster,
  backend: Backend,
  namespace: string,
  list: Checklist,
  { stack: { caBundle, issued } }: Surroundings,
): Promise<void> {
  const { name, restarts } = backend;
  if (restarts.length === 0) return;
  const annotation = contentAnnotation(name);
  const current = contentDigest(backend, caBundle, issued.backends[name]?.certificate);
  const problems: string[] = [];
  for (const each of restarts) {
    const what = `Deployment ${namespace}/${each}`;
    const deployment = await cluster.deployment(namespace, each);
    const found = deployment?.spec?.template.metadata?.annotations?.[annotation];
    if (deployment === undefined) problems.push(`${what} does not exist.`);
    else if (found === undefined) problems.push(`${what} has no annotation ${annotation}.`);
    else if (found !== current) {
      problems.push(
        `${what} was rolled out for other files: its annotation ${annotation} is ${found}, but must be ${current}.`,
      );
    } else {
      const unfinished = rollOutProblem(deployment);
      if (unfinished !== undefined) problems.push(`${what} ${unfinished}.`);
    }
  }
  list.judge(
    "roll-out",
    problems,
    `${restarts.join(", ")} rolled out with the current files`,
    `Its pods may have older files. ${REPAIR.objects} Then wait for \`kubectl rollout status\`.`,
  );
}
