import type { V1Container } from "@kubernetes/client-node";
import type { Cluster } from "./cluster/api";
import type { HelmRelease, Workload } from "./cluster/helm-release";
import {
  containersOf,
  describeMount,
  isWithin,
  mountsOf,
  podEnvironment,
  podFiles,
  readWorkload,
  rollOutProblem,
  type PodEnvironment,
  type PodFile,
} from "./cluster/pods";

/** Criteria for the relevant containers of a chart, whatever the names of their workloads. */
export interface Consumer {
  /** Directory at or below which they mount something. */
  readonly mountsBelow: string;
  /** Environment variables that name the files and directories that they read. */
  readonly pathVariables: readonly string[];
  /** Other environment variables that affect their certificates. @default - all */
  readonly settings?: readonly string[];
  /** Files and directories that they read without a variable. @default - none */
  readonly paths?: readonly string[];
}

/** Environment and files that the containers of one or more workloads see; the same for all of them. */
export interface PodView {
  /** E.g. `Deployment backend-substra-backend-server`. */
  readonly workloads: readonly string[];
  readonly container: V1Container;
  /** Version of the release's chart. */
  readonly chartVersion: string;
  /** The variables that its {@link Consumer} lists. */
  readonly environment: PodEnvironment;
  /** By path in the container. */
  readonly files: ReadonlyMap<string, PodFile>;
}

/** A container of a workload as it is in the cluster, and its differences from the release. */
interface LiveContainer {
  /** Undefined if there is no such container. */
  readonly view: PodView | undefined;
  readonly unfinished: readonly string[];
  readonly drift: readonly string[];
  readonly missing: readonly string[];
}

/** A container of a release that uses certificates, and the files in it that are relevant. */
export interface ConsumingContainer {
  readonly workload: Workload;
  readonly container: V1Container;
  readonly consumer: Pick<Consumer, "pathVariables" | "settings" | "paths">;
}

/** Returns the containers of a release that match the criteria. */
export function consumersOf(
  workloads: readonly Workload[],
  consumer: Consumer,
): ConsumingContainer[] {
  return workloads.flatMap((workload) =>
    workload.pod.containers
      .filter(({ volumeMounts = [] }) =>
        volumeMounts.some(({ mountPath }) => isWithin(mountPath, consumer.mountsBelow)),
      )
      .map((container) => ({ workload, container, consumer })),
  );
}

/** Reads what a container of a release sees now: its environment and files. */
export async function readContainer(
  cluster: Cluster,
  { namespace, chart }: HelmRelease,
  { workload, container, consumer }: ConsumingContainer,
): Promise<LiveContainer> {
  const { pathVariables, settings, paths: fixed = [] } = consumer;
  const what = `${workload.kind} ${workload.name}`;
  const live = await readWorkload(cluster, namespace, workload);
  const pod = live?.spec?.template.spec;
  const current = pod && containersOf(pod).find((each) => each.name === container.name);
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
      .map((mount) => `${what} has ${mount}, unlike the release.`),
    missing,
  };
}

/**
 * Joins the views of workloads that find the same settings and files. Most releases end up with one view; a workload
 * that was changed by hand has its own.
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
