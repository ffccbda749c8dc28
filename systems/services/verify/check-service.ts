import { contentAnnotation } from "../../../components/kubernetes/workload";
import { REPAIR, type Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import { checkNoKeys } from "../../../verify/config-maps";
import { checkReleaseUsing } from "../../../verify/release";
import { checkRestarts } from "../../../verify/restarts";
import type { StoreShelf } from "../../../verify/stores";
import type { ServiceOutputs } from "../outputs";
import { checkPair, type OwnPair } from "./check-pair";
import { checkTrust } from "./check-trust";
import { missingIn, objectsOf, readService } from "./service-view";

/** Cluster from which services are read. */
export interface Source {
  readonly cluster: Cluster;
  readonly shelf: StoreShelf;
  readonly at: Date;
}

/** A deployed service, with what it uses in handshakes. */
export interface Party {
  readonly service: ServiceOutputs;
  readonly list: Checklist;
  /** Undefined if it has no working certificate and key. */
  readonly own: OwnPair | undefined;
  /** CAs that it trusts, as PEM; undefined if they cannot be read. */
  readonly trusted: readonly string[] | undefined;
}

/** Checks everything about a service that does not depend on others. */
export async function checkService(
  source: Source,
  service: ServiceOutputs,
  list: Checklist,
): Promise<Party> {
  const { cluster, shelf } = source;
  const { ca } = objectsOf(service);
  const view = await readService(cluster, service);
  const places = [...new Set([view.keys.place, view.ca.place])];
  list.judge(
    "mounted-objects",
    missingIn(view).map((place) => `${place} does not exist.`),
    `${places.join(" and ")} ${places.length === 1 ? "exists" : "exist"}`,
    REPAIR.objects,
  );
  if (ca.kind === "ConfigMap") {
    const configMap = await cluster.configMap(service.namespace, ca.name);
    if (configMap) checkNoKeys(list, service.namespace, [configMap]);
  }
  const own = checkPair(service, view.keys, list, source);
  const trusted = checkTrust(service, view, list, shelf);
  await checkRollOut(cluster, service, list);
  return { service, list, own, trusted };
}

/** Checks that what must roll has rolled. */
async function checkRollOut(
  cluster: Cluster,
  service: ServiceOutputs,
  list: Checklist,
): Promise<void> {
  const { name, namespace, restarts: workloads, digest, reloads, release } = service;
  const annotation = contentAnnotation(name);
  await checkRestarts(cluster, { namespace, workloads, annotation, digest }, list);
  if (release) {
    const { keys, ca } = objectsOf(service);
    const unused = `Write <countersign:keys> where the chart expects the name of the Secret (services.${name}.release.values); \`helm get manifest ${release.name} --namespace ${release.namespace}\` shows what the release uses.`;
    await checkReleaseUsing(cluster, release, { needed: keys, others: [ca] }, list, unused);
  }
  if (reloads) {
    list.pass(
      "roll-out",
      "it reads changed files by itself; whether it already has is not checked",
    );
  }
}
