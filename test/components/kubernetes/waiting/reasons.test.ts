import assert from "node:assert/strict";
import type { NamespaceObjects } from "../../../../components/kubernetes/waiting/read";
import { reasonsOf } from "../../../../components/kubernetes/waiting/reasons";
import { NOW, OURS, event, namespaceWith, pendingClaim, pod, podWith } from "./objects";

const RELEASE = { name: "backend", namespace: "org-1" };
const NO_CLASS = "no persistent volumes available for this claim and no storage class is set";

/** The reasons, each as `kind name state: message`. */
function found(objects: Partial<NamespaceObjects>, since = NOW - 60_000): string[] {
  return reasonsOf(RELEASE, namespaceWith(objects), since).map(
    ({ kind, name, state, message }) => `${kind} ${name} ${state}: ${message}`,
  );
}

describe("a claim without a volume", () => {
  const claims = [pendingClaim("data-0")];
  const failed = event("PersistentVolumeClaim", "data-0", "FailedBinding", NO_CLASS, {
    type: "Normal",
  });

  it("is a reason, in the words of its latest event", () => {
    const earlier = event("PersistentVolumeClaim", "data-0", "Provisioning", "wait", {
      lastTimestamp: "2026-01-05T11:59:40Z",
    });
    const expected = [`PersistentVolumeClaim data-0 is Pending: ${NO_CLASS}`];
    assert.deepEqual(found({ claims, events: [earlier, failed] }), expected);
    assert.deepEqual(found({ claims, events: [failed, earlier] }), expected);
    const [{ advice, usual } = assert.fail()] = reasonsOf(
      RELEASE,
      namespaceWith({ claims, events: [failed] }),
      0,
    );
    assert.match(advice, /^Give the cluster a default StorageClass/);
    assert.equal(usual, false);
  });

  it("is no reason if it waits for its pod, has a volume, is being deleted, or belongs to another release", () => {
    const events = [failed];
    const wait = event("PersistentVolumeClaim", "data-0", "WaitForFirstConsumer", "waiting");
    assert.deepEqual(found({ claims, events: [wait] }), []);
    const [claim = assert.fail()] = claims;
    const bound = { ...claim, status: { phase: "Bound" } };
    assert.deepEqual(found({ claims: [bound], events }), []);
    const going = { ...claim, metadata: { ...claim.metadata, deletionTimestamp: "now" } };
    assert.deepEqual(found({ claims: [going], events }), []);
    for (const labels of [{ "app.kubernetes.io/instance": "other" }, { release: "other" }])
      assert.deepEqual(found({ claims: [pendingClaim("data-0", labels)], events }), []);
  });

  it("belongs to the release by Helm's annotation, by an older label, or if nothing says whose it is", () => {
    const of = (metadata: object) => [
      { metadata: { name: "data-0", ...metadata }, status: { phase: "Pending" } },
    ];
    for (const metadata of [
      { annotations: { "meta.helm.sh/release-name": "backend" } },
      { labels: { release: "backend" } },
      {},
    ])
      assert.equal(found({ claims: of(metadata), events: [failed] }).length, 1);
  });

  it("ignores events of an earlier claim with its name", () => {
    const old = { ...failed, involvedObject: { ...failed.involvedObject, uid: "uid-old" } };
    assert.deepEqual(found({ claims, events: [old] }), [
      "PersistentVolumeClaim data-0 is Pending: no volume is bound to it, and no event says why",
    ]);
  });

  it("replaces the reasons of the pods that it blocks", () => {
    const unbound = "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.";
    const pods = [unscheduled(`${unbound} preemption: 0/1 nodes are available: not helpful.`)];
    assert.deepEqual(found({ pods }), [`Pod server-0 is not scheduled: ${unbound}`]);
    assert.deepEqual(found({ pods, claims, events: [failed] }), [
      `PersistentVolumeClaim data-0 is Pending: ${NO_CLASS}`,
    ]);
  });
});

function unscheduled(message: string) {
  const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
  return pod({ conditions: [condition] });
}

describe("a pod that does not run", () => {
  const ofPod = (reason: string, message: string) => event("Pod", "server-0", reason, message);

  it("is reported with what no node has, but not with what preemption tried", () => {
    const pods = [unscheduled("0/3 nodes are available: 3 Insufficient memory. preemption: none")];
    assert.deepEqual(found({ pods }), [
      "Pod server-0 is not scheduled: 0/3 nodes are available: 3 Insufficient memory.",
    ]);
  });

  it("is reported with why its image cannot be pulled, also between two attempts", () => {
    const events = [
      ofPod("Failed", "Error: ErrImagePull"),
      ofPod("Failed", 'Failed to pull image "x:1": not found'),
    ];
    for (const reason of ["ErrImagePull", "ImagePullBackOff"])
      assert.deepEqual(found({ pods: [podWith({ state: { waiting: { reason } } })], events }), [
        'Pod server-0 cannot pull the image of container server: Failed to pull image "x:1": not found',
      ]);
  });

  it("is reported with how its container keeps failing", () => {
    const terminated = { exitCode: 1, reason: "Error" };
    const expected = [
      "Pod server-0 has a container server that fails again and again: exit code 1, Error",
    ];
    const waiting = { reason: "CrashLoopBackOff", message: "back-off 10s restarting" };
    const backOff = podWith({ state: { waiting }, lastState: { terminated }, restartCount: 1 });
    assert.deepEqual(found({ pods: [backOff] }), expected);
    const running = podWith({ lastState: { terminated }, restartCount: 2 }, "Running");
    assert.deepEqual(found({ pods: [running] }), expected);
    const [{ advice } = assert.fail()] = reasonsOf(RELEASE, namespaceWith({ pods: [backOff] }), 0);
    assert.equal(advice, "See `kubectl -n org-1 logs server-0 -c server --previous`");
  });

  it("is reported if it has failed for good, like a Job's", () => {
    const terminated = { exitCode: 2 };
    assert.deepEqual(found({ pods: [podWith({ state: { terminated } }, "Failed")] }), [
      "Pod server-0 has a container server that fails: exit code 2",
    ]);
  });

  it("is reported with what its container lacks", () => {
    const waiting = { reason: "CreateContainerConfigError", message: 'secret "pair" not found' };
    assert.deepEqual(found({ pods: [podWith({ state: { waiting } })] }), [
      'Pod server-0 does not start container server: secret "pair" not found',
    ]);
  });

  it("is reported with the volume that cannot be mounted, while its containers are being created", () => {
    const waiting = { reason: "ContainerCreating" };
    const failed = ofPod("FailedMount", 'MountVolume.SetUp failed: secret "pair" not found\nmore');
    const pods = [podWith({ state: { waiting } })];
    assert.deepEqual(found({ pods, events: [failed] }), [
      'Pod server-0 does not start: MountVolume.SetUp failed: secret "pair" not found',
    ]);
    assert.deepEqual(found({ pods }), []);
  });

  it("is reported if it runs and its probe fails, which is usual for a while", () => {
    const events = [ofPod("Unhealthy", "Readiness probe failed: HTTP statuscode: 503")];
    const objects = namespaceWith({ pods: [podWith({ state: {} }, "Running")], events });
    const [reason = assert.fail()] = reasonsOf(RELEASE, objects, 0);
    assert.equal(reason.state, "is not ready");
    assert.equal(reason.usual, true);
  });

  it("is not reported if it is ready, has completed, or is being deleted", () => {
    const events = [ofPod("Unhealthy", "Readiness probe failed"), ofPod("FailedMount", "late")];
    const ready = pod({ phase: "Running", conditions: [{ type: "Ready", status: "True" }] });
    const done = pod({ phase: "Succeeded" });
    const going = { ...podWith({ state: { waiting: { reason: "ErrImagePull" } } }) };
    const pods = [
      ready,
      done,
      { ...going, metadata: { ...going.metadata, deletionTimestamp: "now" } },
    ];
    assert.deepEqual(found({ pods, events }), []);
  });
});

describe("pods that cannot be created", () => {
  it("are reported, unless that was in an earlier update", () => {
    const message =
      'pods "server-0" is forbidden: exceeded quota: q, requested: cpu=1, used: cpu=0';
    const events = [event("StatefulSet", "server", "FailedCreate", message)];
    assert.deepEqual(found({ events }), [`StatefulSet server cannot create its pods: ${message}`]);
    assert.deepEqual(found({ events }, NOW), []);
  });
});

describe("objects without labels or status", () => {
  it("are accepted", () => {
    const bare = { metadata: { name: "x", labels: OURS } };
    assert.deepEqual(found({ pods: [bare], claims: [bare] }), []);
  });
});
