import { objectNamesOf, type Backend } from "../../../components/choreo-connect/gateway";
import type { Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import { checkNoKeys } from "../../../verify/config-maps";
import { REPAIR } from "../../../verify/todo";
import { exportedBackend, readBackend, type BackendView } from "./backend-view";
import type { BackendParty } from "./check-backend-calls";
import { checkBackendPair } from "./check-backend-pair";
import { checkBackendTrust } from "./check-backend-trust";
import { checkExisting } from "./check-existing";
import type { Access } from "./check-gateway";
import { checkRestarts } from "./check-restarts";
import type { Surroundings } from "./surroundings";
import { TODO } from "./todo";

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
