import assert from "node:assert/strict";
import type { NamespaceObjects } from "../../../../components/kubernetes/waiting/read";
import { ReleaseWatch, type Reader } from "../../../../components/kubernetes/waiting/watch";
import { event, namespaceWith, pendingClaim, podWith } from "./objects";

const NO_CLASS = "no persistent volumes available for this claim and no storage class is set";
const ADVICE =
  "Give the cluster a default StorageClass, or name a class in the release's values (`kubectl get storageclass` lists them)";

const RELEASE = { name: "backend", namespace: "org-1" };

/** A cluster with these claims, for which there is no volume. */
function withoutVolumes(...names: readonly string[]): NamespaceObjects {
  return namespaceWith({
    claims: names.map((name) => pendingClaim(name)),
    events: names.map((name) => event("PersistentVolumeClaim", name, "FailedBinding", NO_CLASS)),
  });
}

/** A watch of one release, in a cluster and at times that the test controls. */
function watching() {
  const scene = { now: 0, objects: namespaceWith({}), lines: [] as string[], read: 0 };
  const reader: Reader = {
    read: (namespace) => {
      assert.equal(namespace, "org-1");
      scene.read++;
      return Promise.resolve(scene.objects);
    },
  };
  const watch = new ReleaseWatch(
    () => Promise.resolve(reader),
    () => scene.now,
  );
  const end = watch.begin(RELEASE, (line) => scene.lines.push(line));
  const look = async (seconds: number) => {
    scene.now = seconds * 1000;
    await watch.look();
    return scene.lines.splice(0);
  };
  return { scene, look, end };
}

describe("a release that waits", () => {
  it("has its reason reported once, and only after it has lasted", async () => {
    const { scene, look } = watching();
    scene.objects = withoutVolumes("data-0");
    assert.deepEqual(await look(10), []);
    assert.deepEqual(await look(20), []);
    assert.deepEqual(await look(25), [
      `release backend in org-1 waits: PersistentVolumeClaim data-0 is Pending: ${NO_CLASS}. ${ADVICE}`,
    ]);
    assert.deepEqual(await look(60), []);
  });

  it("has similar reasons reported in one line", async () => {
    const { scene, look } = watching();
    scene.objects = withoutVolumes("data-0", "data-1");
    await look(10);
    assert.deepEqual(await look(25), [
      `release backend in org-1 waits: PersistentVolumeClaims data-0 and data-1 are Pending: ${NO_CLASS}. ${ADVICE}`,
    ]);
    const others = ["a", "b", "c", "d"];
    scene.objects = withoutVolumes("data-0", ...others);
    await look(30);
    const [line = ""] = await look(45);
    assert.match(line, /PersistentVolumeClaims a, b and 2 more are Pending: /);
  });

  it("is not reported for a reason that passes", async () => {
    const { scene, look } = watching();
    scene.objects = withoutVolumes("data-0");
    await look(10);
    scene.objects = namespaceWith({});
    await look(15);
    scene.objects = withoutVolumes("data-0");
    assert.deepEqual(await look(25), []);
    assert.equal((await look(37)).length, 1);
  });

  it("is reported later for a reason that is usual during a start", async () => {
    const { scene, look } = watching();
    scene.objects = namespaceWith({
      pods: [podWith({}, "Running")],
      events: [event("Pod", "server-0", "Unhealthy", "Readiness probe failed.")],
    });
    await look(10);
    assert.deepEqual(await look(40), []);
    assert.deepEqual(await look(50), [
      "release backend in org-1 waits: Pod server-0 is not ready: Readiness probe failed. See `kubectl -n org-1 describe pod server-0`",
    ]);
  });

  it("is no longer examined once it is done", async () => {
    const { scene, look, end } = watching();
    await look(10);
    end();
    await look(15);
    assert.equal(scene.read, 1);
  });

  it("is not reported, without an error, if the cluster cannot be read", async () => {
    const said: string[] = [];
    const unreadable: Reader = { read: () => Promise.reject(new Error("no answer")) };
    for (const open of [
      () => Promise.reject(new Error("no kubeconfig")),
      () => Promise.resolve(undefined),
      () => Promise.resolve(unreadable),
    ]) {
      const watch = new ReleaseWatch(open);
      watch.begin(RELEASE, (line) => said.push(line));
      await watch.look();
      await watch.look();
    }
    assert.deepEqual(said, []);
  });
});
