import assert from "node:assert/strict";
import { itFinds } from "./break-services";
import { expectFailure } from "./expect-failure";
import {
  RECORD,
  RELEASE,
  failuresOf,
  makeServices,
  releaseRecord,
  rolledOut,
  verify,
  type Services,
} from "./make-services";
import { setAt } from "./make-spinnaker";

const WEB = {
  db: {
    namespace: "ns",
    server: { clients: "required" },
    release: { ...RELEASE, name: "web" },
  },
};
const ANNOTATION = "mounted.countersign/db";
const annotations = ["spec", "template", "metadata", "annotations"];

const KINDS = { Deployment: "deployment", StatefulSet: "statefulset", DaemonSet: "daemonset" };

for (const [kind, written] of Object.entries(KINDS)) {
  const workload = `${kind}/db`;
  describe(`the restarts of a ${kind}`, () => {
    itFinds({ db: { namespace: "ns", restarts: [`${written}/db`] } }, [
      [
        "it does not exist",
        ({ objects }) => Reflect.deleteProperty(objects, workload),
        "roll-out",
        new RegExp(`^${kind} ns/db does not exist\\.$`),
      ],
      [
        "it has no annotation",
        ({ objects }) => setAt(objects[workload], annotations, undefined),
        "roll-out",
        new RegExp(`^${kind} ns/db has no annotation mounted\\.countersign/db\\.$`),
      ],
      [
        "it was rolled out for other files",
        ({ objects }) => setAt(objects[workload], [...annotations, ANNOTATION], "0123"),
        "roll-out",
        /was rolled out for other files: its annotation mounted\.countersign\/db is 0123, but must be [\da-f]{16}\.$/,
      ],
      [
        "its controller has not seen the change",
        ({ objects }) => setAt(objects[workload], ["metadata", "generation"], 2),
        "roll-out",
        new RegExp(`^${kind} ns/db was changed, and no controller has seen it yet\\.$`),
      ],
    ]);
  });
}

describe("the roll-out of a DaemonSet", () => {
  const status = (change: object) => (made: Services) =>
    setAt(made.objects["DaemonSet/db"], ["status"], {
      observedGeneration: 1,
      desiredNumberScheduled: 3,
      updatedNumberScheduled: 3,
      numberReady: 3,
      ...change,
    });
  itFinds({ db: { namespace: "ns", restarts: ["daemonset/db"] } }, [
    [
      "some nodes run the previous template",
      status({ updatedNumberScheduled: 1 }),
      "roll-out",
      /^DaemonSet ns\/db runs the new template in 1 of 3 pods\.$/,
    ],
    [
      "some pods are not ready",
      status({ numberReady: 2 }),
      "roll-out",
      /^DaemonSet ns\/db has 2 of 3 pods ready\.$/,
    ],
  ]);
});

describe("the release of a service", () => {
  const volumes = ["spec", "template", "spec", "volumes"];
  const record = (manifests: readonly object[], status?: string) => (made: Services) =>
    (made.objects[RECORD] = releaseRecord(manifests, status));
  const ingress = (secretName: string) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "web" },
    spec: { tls: [{ secretName }] },
  });

  itFinds(WEB, [
    [
      "not in the stack's revision",
      ({ objects }) => Reflect.deleteProperty(objects, RECORD),
      "release",
      /^release web in ns has no revision 1 in the cluster of context "test"\.$/,
    ],
    [
      "changed by somebody else",
      ({ objects }) => (objects["Secret/sh.helm.release.v1.web.v2"] = releaseRecord([])),
      "release",
      /^release web in ns has a revision 2 that the stack does not know\.$/,
    ],
    [
      "failed",
      record([ingress("service-db-keys-0a1b2c3d")], "failed"),
      "release",
      /^release web in ns, revision 1, is failed and not deployed\.$/,
    ],
    [
      "not rolled out",
      ({ objects }) => setAt(objects["Deployment/app"], ["status", "updatedReplicas"], 0),
      "roll-out",
      /^Deployment app runs the new template in 0 of 1 pods\.$/,
    ],
    [
      "its workload is gone",
      ({ objects }) => Reflect.deleteProperty(objects, "Deployment/app"),
      "roll-out",
      /^Deployment app does not exist\.$/,
    ],
    [
      "a workload mounts another Secret",
      ({ objects }) =>
        setAt(objects["Deployment/app"], [...volumes, "0", "secret", "secretName"], "old"),
      "drift",
      /^Deployment app has \/tls <- Secret old, unlike the release\.$/,
    ],
    [
      "a workload mounts other CAs",
      ({ objects }) =>
        setAt(objects["Deployment/app"], [...volumes, "1", "configMap", "name"], "old"),
      "drift",
      /^Deployment app has \/ca <- ConfigMap old, unlike the release\.$/,
    ],
    [
      "nothing uses the Secret",
      record([
        ingress("other"),
        { kind: "Service", metadata: { name: "service-db-keys-0a1b2c3d-2" } },
      ]),
      "mounted-objects",
      /^nothing in the release uses Secret ns\/service-db-keys-0a1b2c3d\.$/,
    ],
  ]);

  it("is not checked further if an object that is no workload names the Secret", async () => {
    const made = await makeServices(WEB);
    record([ingress("service-db-keys-0a1b2c3d")])(made);
    const checks = await verify(made);
    assert.deepEqual(
      checks.filter(({ ok }) => !ok),
      [],
    );
    const mounted = checks.filter(({ code }) => code === "mounted-objects");
    assert.deepEqual(
      mounted.map(({ message }) => message),
      [
        "Secret ns/service-db-keys-0a1b2c3d and ConfigMap ns/services-ns-bundle-configmap-0a1b2c3d exist",
        "Ingress web of the release refers to Secret ns/service-db-keys-0a1b2c3d; no workload of the release mounts it, so no roll-out is checked",
      ],
    );
  });

  it("is checked for DaemonSets, containers that start others, and variables from the Secret", async () => {
    const made = await makeServices(WEB);
    const secretKeyRef = { name: "service-db-keys-0a1b2c3d", key: "tls.key" };
    const pod = {
      containers: [{ name: "main" }],
      initContainers: [{ name: "first", env: [{ name: "KEY", valueFrom: { secretKeyRef } }] }],
    };
    const spec = { template: { spec: pod } };
    record([{ kind: "DaemonSet", metadata: { name: "app" }, spec }])(made);
    made.objects["DaemonSet/app"] = { ...rolledOut("DaemonSet"), spec };
    assert.deepEqual(await failuresOf(made), []);
    setAt(made.objects["DaemonSet/app"], ["status", "numberReady"], 0);
    expectFailure(
      await failuresOf(made),
      "service db",
      "roll-out",
      /^DaemonSet app has 0 of 3 pods ready\.$/,
    );
  });
});
