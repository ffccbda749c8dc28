import type { Service } from "../../../components/spinnaker/installation";
import { CONFIG_DIRECTORY } from "../../../components/spinnaker/targets/kustomize";
import type { Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import { mountsOf } from "../../../verify/cluster/mounts";
import { podEnvironment } from "../../../verify/cluster/pod-environment";
import { podFiles } from "../../../verify/cluster/pod-files";
import { rollOutProblem } from "../../../verify/cluster/roll-out";
import type { SpinnakerOutputs } from "../outputs";
import { checkNoKeys } from "../../../verify/config-maps";
import { REPAIR } from "../../../verify/todo";
import { plainProbes, profilePath, readFiles } from "./container-view";
import { leavesOf, readYaml } from "./properties";
import { differences, type ReadView, type ServiceView } from "./service-view";

/** Reads services from Deployments in the cluster, with what their pods mount. */
export function readKustomize(cluster: Cluster, outputs: SpinnakerOutputs): ReadView {
  return (service, list) => viewOf(cluster, outputs, service, list);
}

async function viewOf(
  cluster: Cluster,
  { namespace, files: exported }: SpinnakerOutputs,
  service: Service,
  list: Checklist,
): Promise<ServiceView | undefined> {
  const { name } = service;
  const origin = `Deployment ${namespace}/${name}`;
  const deployment = await cluster.deployment(namespace, name);
  const pod = deployment?.spec?.template.spec;
  const container = pod?.containers.find((each) => each.name === name);
  const lacks = deployment ? `has no container "${name}"` : "does not exist";
  const isThere = list.judge(
    "release",
    container ? [] : [`${origin} ${lacks} in the cluster of context "${cluster.context}".`],
    `${origin} exists`,
    `Is that the stack's cluster? If not, give --context; if it is, ${REPAIR.release}`,
  );
  if (!isThere || !deployment || !pod || !container) return undefined;
  const mounts = mountsOf(pod, container, [CONFIG_DIRECTORY]);
  const [environment, { files, missing }] = await Promise.all([
    podEnvironment(cluster, namespace, container),
    podFiles(cluster, namespace, mounts),
  ]);
  const own = profilePath(service);
  const found = readYaml(files.get(own)?.content.toString("utf8") ?? "")?.[0];
  const wanted = readYaml(exported[`files/${name}-local.yml`] ?? "")?.[0];
  const maps = mounts
    .flatMap(({ parts }) => parts)
    .filter(({ kind }) => kind === "ConfigMap")
    .map((part) => cluster.configMap(namespace, part.name));
  checkNoKeys(
    list,
    namespace,
    (await Promise.all(maps)).flatMap((object) => object ?? []),
  );
  const problem = rollOutProblem(deployment);
  return {
    ...readFiles(service, { environment, files }, false),
    ...{ origin, environment, files, missing },
    drift: differences(leavesOf(wanted), leavesOf(found), `${own} of ${origin}`),
    unfinished: problem === undefined ? [] : [`${origin} ${problem}.`],
    plainProbes: plainProbes(container),
    panics: [],
    baseUrl: undefined,
  };
}
