import type { Claim, ContainerStatus, Event, Named, NamespaceObjects, Pod } from "./read";

/** A problem that keeps a Helm release from becoming ready, in Kubernetes' own words. */
export interface Reason {
  readonly kind: string;
  readonly name: string;
  /** Description of its state, e.g. "is Pending"; the same for all objects of a kind with the same `code`. */
  readonly state: string;
  readonly message: string;
  readonly advice: string;
  /** Kubernetes' name for the problem, which stays the same while the message changes. */
  readonly code: string;
  /** Whether it is usual during a start, so that it matters only if it lasts. */
  readonly usual: boolean;
}

/** Name and namespace of a release. */
export interface ReleasePlace {
  readonly name: string;
  readonly namespace: string;
}

/**
 * Finds what a release is waiting for.
 *
 * @param since when its installation or upgrade began, by the cluster's clock in milliseconds; older events belong to
 *   an earlier one.
 */
export function reasonsOf(
  release: ReleasePlace,
  { pods, claims, events }: NamespaceObjects,
  since: number,
): Reason[] {
  const eventsOf = (kind: string, { metadata: { name, uid } }: Named) =>
    events
      .filter(
        ({ involvedObject: about }) =>
          about.kind === kind &&
          about.name === name &&
          (about.uid === undefined || uid === undefined || about.uid === uid),
      )
      .sort((one, other) => timeOf(other) - timeOf(one));
  const isOurs = (object: Named) => belongsTo(release.name, object);
  const ofClaims = claims
    .filter(isOurs)
    .flatMap((claim) =>
      claimReason(claim, eventsOf("PersistentVolumeClaim", claim), release.namespace),
    );
  const ofPods = pods
    .filter(isOurs)
    .flatMap((pod) => podReason(pod, eventsOf("Pod", pod), release.namespace))
    // The reason of its claim is more precise.
    .filter(({ message }) => ofClaims.length === 0 || !message.includes(UNBOUND));
  return [...ofClaims, ...ofPods, ...refusedPods(events, since)];
}

const UNBOUND = "unbound immediate PersistentVolumeClaims";

/**
 * Decides by the labels that charts give their objects, and by the annotations that Helm writes on objects it creates
 * itself.
 */
function belongsTo(release: string, { metadata: { labels = {}, annotations = {} } }: Named) {
  const owner =
    labels["app.kubernetes.io/instance"] ??
    annotations["meta.helm.sh/release-name"] ??
    labels.release;
  return owner === undefined || owner === release;
}

function claimReason(claim: Claim, events: readonly Event[], namespace: string): Reason[] {
  const { name, deletionTimestamp } = claim.metadata;
  if (claim.status?.phase !== "Pending" || deletionTimestamp !== undefined) return [];
  const [last] = events;
  // The pod's own reason says why it is not scheduled.
  if (last?.reason === "WaitForFirstConsumer") return [];
  const code = last?.reason ?? "Pending";
  return [
    {
      kind: "PersistentVolumeClaim",
      name,
      state: "is Pending",
      code,
      message: short(last?.message ?? "no volume is bound to it, and no event says why"),
      advice: CLAIM_ADVICE[code] ?? `See \`kubectl -n ${namespace} describe pvc ${name}\``,
      usual: last === undefined || code === "ExternalProvisioning" || code === "Provisioning",
    },
  ];
}

const CLAIM_ADVICE: Readonly<Record<string, string>> = {
  FailedBinding:
    "Give the cluster a default StorageClass, or name a class in the release's values (`kubectl get storageclass` lists them)",
  ProvisioningFailed:
    "If there is no such StorageClass, name one in the release's values that `kubectl get storageclass` lists",
};

function podReason(pod: Pod, events: readonly Event[], namespace: string): Reason[] {
  const { name, deletionTimestamp } = pod.metadata;
  const { phase, conditions = [] } = pod.status ?? {};
  if (phase === "Succeeded" || deletionTimestamp !== undefined) return [];
  const unscheduled = conditions.find(
    ({ type, status, reason }) =>
      type === "PodScheduled" && status === "False" && reason === "Unschedulable",
  );
  if (unscheduled) {
    return [
      {
        kind: "Pod",
        name,
        state: "is not scheduled",
        code: "Unschedulable",
        usual: false,
        // The rest says which other pods would have to be evicted.
        message: short((unscheduled.message ?? "").split(" preemption:")[0] ?? ""),
        advice: "Give the cluster what the pod asks for, or ask for less in the release's values",
      },
    ];
  }
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const containers = [...initContainerStatuses, ...containerStatuses];
  const ofContainer = containers.flatMap((each) => containerReason(each, pod, events, namespace));
  return ofContainer.length > 0 ? ofContainer.slice(0, 1) : eventReason(pod, events, namespace);
}

/** Reasons that are just steps of a pod's start. */
const STARTING: readonly string[] = ["ContainerCreating", "PodInitializing"];

const IMAGE: readonly string[] = ["ErrImagePull", "ImagePullBackOff"];

function containerReason(
  { name: container, ready, restartCount = 0, state = {}, lastState }: ContainerStatus,
  pod: Pod,
  events: readonly Event[],
  namespace: string,
): Reason[] {
  const { name } = pod.metadata;
  const waiting = state.waiting?.reason;
  const reason = { kind: "Pod", name, usual: false };
  if (waiting !== undefined && IMAGE.includes(waiting)) {
    const failed = events.find(({ message }) => message?.startsWith("Failed to pull"));
    return [
      {
        ...reason,
        state: `cannot pull the image of container ${container}`,
        code: "ImagePullBackOff",
        message: short(failed?.message ?? state.waiting?.message ?? waiting),
        advice:
          "Check the image's name, the credentials for its registry, and that the nodes reach it",
      },
    ];
  }
  const ending = state.terminated ?? lastState?.terminated;
  const crashes = waiting === "CrashLoopBackOff" || (restartCount > 1 && ready !== true);
  if (
    ending !== undefined &&
    ending.exitCode !== 0 &&
    (crashes || pod.status?.phase === "Failed")
  ) {
    const why = ending.reason === undefined ? "" : `, ${ending.reason}`;
    const again = crashes ? "again and again" : "";
    const previous = crashes ? " --previous" : "";
    return [
      {
        ...reason,
        state: `has a container ${container} that fails ${again}`.trimEnd(),
        code: "CrashLoopBackOff",
        message: `exit code ${ending.exitCode}${why}`,
        advice: `See \`kubectl -n ${namespace} logs ${name} -c ${container}${previous}\``,
      },
    ];
  }
  if (waiting === undefined || STARTING.includes(waiting) || waiting === "CrashLoopBackOff") {
    return [];
  }
  return [
    {
      ...reason,
      state: `does not start container ${container}`,
      code: waiting,
      message: short(state.waiting?.message ?? waiting),
      advice: describe(namespace, name),
    },
  ];
}

/** Problems that only events show: a volume that cannot be mounted, a probe that fails. */
function eventReason(pod: Pod, events: readonly Event[], namespace: string): Reason[] {
  const { name } = pod.metadata;
  const { phase, conditions = [] } = pod.status ?? {};
  const isReady = conditions.some(({ type, status }) => type === "Ready" && status === "True");
  const last = events.find(({ type }) => type === "Warning");
  if (isReady || last?.reason === undefined) return [];
  const usual = phase === "Running";
  // Between two attempts the state may be anything; what counts is whether the pod is still starting.
  if (usual !== (last.reason === "Unhealthy") || last.reason === "FailedScheduling") return [];
  return [
    {
      kind: "Pod",
      name,
      state: usual ? "is not ready" : "does not start",
      usual,
      code: last.reason,
      message: short(last.message ?? last.reason),
      advice: describe(namespace, name),
    },
  ];
}

function describe(namespace: string, pod: string): string {
  return `See \`kubectl -n ${namespace} describe pod ${pod}\``;
}

/** Finds pods that cannot even be created, because of a quota or a policy. Only the event says who owns them. */
function refusedPods(events: readonly Event[], since: number): Reason[] {
  return events
    .filter((event) => event.reason === "FailedCreate" && timeOf(event) >= since)
    .map(({ involvedObject: { kind = "", name = "" }, message = "" }) => ({
      kind,
      name,
      state: "cannot create its pods",
      code: "FailedCreate",
      usual: false,
      message: short(message),
      advice: "Raise the quota or change the policy, or ask for less in the release's values",
    }));
}

const LONGEST = 300;

/** The first line, as the rest may be the output of any program. */
function short(text: string): string {
  const [line = ""] = text.trim().split("\n");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)} …` : line;
}

/** When an event was last seen, in milliseconds. */
function timeOf({ lastTimestamp, eventTime, firstTimestamp }: Event): number {
  const time = Date.parse(lastTimestamp ?? eventTime ?? firstTimestamp ?? "");
  return Number.isNaN(time) ? 0 : time;
}
