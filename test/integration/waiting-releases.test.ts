import assert from "node:assert/strict";
import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { list } from "./api";
import { consortium } from "./example";
import { kubectl } from "./kubectl";
import { TestStack } from "./stack";
import { until } from "./time";

const NAMESPACE = "waiting-orchestrator";
const CLASS = "waiting-for-a-class";

const sections = consortium("waiting", ["MyOrg1MSP"]);
/** Of a class that the cluster does not have: its default class is there for the other tests. */
const persistence = { storageClass: CLASS };
const orchestrator = {
  ...sections.orchestrator,
  values: { postgresql: { primary: { persistence } } },
};

const storageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: CLASS },
  provisioner: "local.countersign/volume",
};

describe("an update in a cluster that cannot run a release", function () {
  this.timeout(300_000);
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.create("waiting", { ...sections, orchestrator });
  });
  after(() => kubectl(["delete", "--ignore-not-found", "storageclass", CLASS]));

  it("says within a minute what is missing, and goes on once it is there", async () => {
    const told = `release orchestrator in ${NAMESPACE} waits: PersistentVolumeClaim data-orchestrator-postgresql-0 is Pending: storageclass.storage.k8s.io "${CLASS}" not found. If there is no such StorageClass, name one`;
    const updating = stack.up();
    await until("it is told", () => Promise.resolve(stack.printed.join("").includes(told)));
    const [claim] = await list<V1PersistentVolumeClaim>(
      `/api/v1/namespaces/${NAMESPACE}/persistentvolumeclaims`,
    );
    const lasted = Date.now() - new Date(claim?.metadata?.creationTimestamp ?? 0).getTime();
    assert.ok(lasted < 60_000, `it took ${lasted} ms`);
    await kubectl(["apply", "-f", "-"], JSON.stringify(storageClass));
    const { changes } = await updating;
    assert.ok(changes.length > 0);
  });

  it("has been told once, as it happened and in the end, of the component that waits", () => {
    const lines = stack.printed.join("").split("\n");
    const [live = "", last = "", ...more] = lines.filter((line) => line.includes(" waits: "));
    assert.match(
      live,
      /^ \+ {2}countersign:substra:Orchestrator orchestrator creating \(\d+s\) warning: /,
    );
    assert.match(last, /^ {4}warning: /);
    assert.deepEqual(more, []);
  });
});
