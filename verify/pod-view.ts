import type { V1Container } from "@kubernetes/client-node";
import type { Cluster } from "./cluster/api";
import type { HelmRelease, Workload } from "./cluster/helm-release";
import { describeMount, isWithin, mountsOf } from "./cluster/mounts";
import { podEnvironment, type PodEnvironment } from "./cluster/pod-environment";
import { podFiles, type PodFile } from "./cluster/pod-files";
import { rollOutProblem } from "./cluster/roll-out";

/** How to tell the containers of a chart that are of interest, whatever their workloads are called. */
export interface Consumer {
  /** They mount something at or below this directory. */
  readonly mountsBelow: string;
  /** Variables of their environment that name the files and directories they read. */
  readonly pathVariables: readonly string[];
  /** Other variables that decide on their certificates. @default - any */
  readonly settings?: readonly string[];
  /** Files and directories that they read wherever no variable says so. @default - none */
  readonly paths?: readonly string[];
}

/** What the containers of one or more workloads see; all of them the same. */
export interface PodView {
  /** E.g. `Deployment backend-substra-backend-server`. */
  readonly workloads: readonly string[];
  readonly container: V1Container;
  /** Version of the chart that the release was made from. */
  readonly chartVersion: string;
  /** The variables that its consumer is said to read. */
  readonly environment: PodEnvironment;
  /** By path in the container. */
  readonly files: ReadonlyMap<string, PodFile>;
}

/** A container of a workload as it is in the cluster, and how that differs from the release. */
export interface LiveContainer {
  /** Undefined if there is no such container. */
  readonly view: PodView | undefined;
  readonly unfinished: readonly string[];
  readonly drift: readonly string[];
  readonly missing: readonly string[];
}

/** The containers of a release that use what is of interest. */
export function consumersOf(workloads: readonly Workload[], { mountsBelow }: Consumer) {
  return workloads.flatMap((workload) =>
    workload.pod.containers
      .filter(({ volumeMounts = [] }) =>
        volumeMounts.some(({ mountPath }) => isWithin(mountPath, mountsBelow)),
      )
      .map((container) => ({ workload, container })),
  );
}

/** Reads what a container of a release sees now. */
export async function readContainer(
  cluster: Cluster,
  { namespace, chart }: HelmRelease,
  { workload, container }: { workload: Workload; container: V1Container },
  { pathVariables, settings, paths: fixed = [] }: Consumer,
): Promise<LiveContainer> {
  const { kind, name } = workload;
  const what = `${kind} ${name}`;
  const live = await (kind === "Deployment"
    ? cluster.deployment(namespace, name)
    : cluster.statefulSet(namespace, name));
  const pod = live?.spec?.template.spec;
  const current = pod?.containers.find((each) => each.name === container.name);
  if (live === undefined || pod === undefined || current === undefined) {
    const lacks = live === undefined ? "does not exist" : `has no container ${container.name}`;
    return { view: undefined, unfinished: [`${what} ${lacks}.`], drift: [], missing: [] };
  }
  const all = await podEnvironment(cluster, namespace, current);
  const reads = settings && [...pathVariables, ...settings];
  const environment = new Map([...all].filter(([name]) => reads?.includes(name) ?? true));
  const named = pathVariables.flatMap((variable) => environment.get(variable) ?? []);
  const paths = [...fixed, ...named];
  const mounts = mountsOf(pod, current, paths);
  const released = mountsOf(workload.pod, container, paths).map(describeMount);
  const { files, missing } = await podFiles(cluster, namespace, mounts);
  const problem = rollOutProblem(live);
  return {
    view: {
      workloads: [what],
      container: current,
      chartVersion: chart.version,
      environment,
      files,
    },
    unfinished: problem === undefined ? [] : [`${what} ${problem}.`],
    drift: mounts
      .map(describeMount)
      .filter((mount) => !released.includes(mount))
      .map((mount) => `${what} has ${mount}, and the release has not.`),
    missing,
  };
}

/**
 * Puts together the workloads that find the same settings and files. Most releases come to one view; a workload that
 * was changed by hand has its own.
 */
export function distinctViews(views: readonly PodView[]): PodView[] {
  const found = new Map<string, PodView>();
  for (const view of views) {
    const files = [...view.files].map(([path, { content }]) => [path, content.toString("base64")]);
    const key = JSON.stringify([[...view.environment].sort(), files.sort()]);
    const same = found.get(key);
    found.set(key, same ? { ...same, workloads: [...same.workloads, ...view.workloads] } : view);
  }
  return [...found.values()];
}
