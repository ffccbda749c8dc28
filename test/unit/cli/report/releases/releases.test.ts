import assert from "node:assert/strict";
import { type Described, makeComponent, makePlan, makeResource } from "../make-plan";
import type { PlannedResource } from "../../../../../cli/report/plan";
import { releaseChanges } from "../../../../../cli/report/releases";
import { SECRET, UNKNOWN } from "../../../../../cli/report/value";

function changes(...resources: readonly PlannedResource[]) {
  const options = { project: "/", base: undefined, charts: false };
  return releaseChanges(makePlan(...resources), options);
}

const release = (name: string, described: Partial<Described>) =>
  makeResource({ type: "kubernetes:helm.sh/v3:Release", name, ...described });

const inputs = { chart: "charts/c", name: "r", namespace: "ns", version: "1.0.0" };

const unrendered = { unavailable: "the charts were not rendered (--no-charts)" };

describe("releases of a plan", () => {
  it("are those that change, by party and name", async () => {
    const facts = (party: string) => ({
      peers: [{ party, source: "s", presents: "p", dials: [] }],
    });
    const [one, other] = [
      makeComponent("test:A", "a", facts("Z party"), undefined),
      makeComponent("test:B", "b", undefined, facts("A party")),
    ];
    const side = (name: string) => ({ inputs: { ...inputs, name } });
    const found = await changes(
      one,
      other,
      release("1", { parent: one, before: side("gone") }),
      release("2", { parent: other, after: side("second") }),
      release("3", { parent: other, after: side("first") }),
      release("4", { before: side("same"), after: side("same") }),
      release("5", { operation: "replace", before: side("alone"), after: side("alone") }),
    );
    assert.deepEqual(
      found.map(({ party, name, operation }) => `${party}: ${name} is ${operation}`),
      [
        "A party: first is installed",
        "A party: second is installed",
        "Z party: gone is removed",
        "alone: alone is replaced",
      ],
    );
  });

  it("are reported with chart, values and other inputs of both sides", async () => {
    const before = {
      inputs: { ...inputs, timeout: 300, values: { a: "x", password: "[secret]" } },
      outputs: { status: { version: "1.0.0+deployed" } },
    };
    const after = {
      inputs: {
        ...inputs,
        version: "1.1.0",
        timeout: 600,
        values: { a: "y", password: "[secret]" },
      },
    };
    const resource = release("r", { operation: "update", before, after });
    const [change] = await changes({
      ...resource,
      changes: [{ path: "values.password", kind: "update" }],
    });
    assert.deepEqual(change, {
      party: "r",
      name: "r",
      namespace: "ns",
      operation: "upgraded",
      rolls: UNKNOWN,
      redraws: [],
      why: [
        "the chart goes from 1.0.0+deployed to 1.1.0",
        "values a and password change",
        "the release's timeout changes",
      ],
      chart: {
        before: { name: "c", version: "1.0.0+deployed", from: "charts/c" },
        after: { name: "c", version: "1.1.0", from: "charts/c" },
      },
      values: [
        { path: "a", before: { text: "x" }, after: { text: "y" } },
        { path: "password", before: SECRET, after: SECRET },
        { path: "(release) timeout", before: { text: "300" }, after: { text: "600" } },
      ],
      manifests: unrendered,
    });
  });

  it("have only new values and roll nothing when they are installed", async () => {
    const after = { inputs: { ...inputs, timeout: 1, values: { a: 1 } } };
    const [change] = await changes(release("r", { after }));
    assert.deepEqual(change?.values, [{ path: "a", before: undefined, after: { text: "1" } }]);
    assert.deepEqual(change.rolls, []);
    assert.deepEqual(change.why, ["it is not deployed yet"]);
    assert.deepEqual(change.manifests, unrendered);
  });

  it("lose the objects that the state lists when they are removed", async () => {
    const resourceNames = {
      "Service/v1": ["b", "a"],
      "Deployment.apps/apps/v1": ["d"],
      "NetworkPolicy.networking.k8s.io/networking.k8s.io/v1": ["other/n"],
    };
    const removed = (kind: string, name: string) => ({
      kind,
      name,
      operation: "removed",
      diff: "",
    });
    const [change] = await changes(
      release("r", { before: { inputs, outputs: { resourceNames } } }),
    );
    assert.deepEqual(change?.manifests, {
      objects: [
        removed("Deployment", "d"),
        removed("NetworkPolicy", "other/n"),
        removed("Service", "a"),
        removed("Service", "b"),
      ],
      notes: [],
    });
    assert.deepEqual(change.rolls, []);
    assert.deepEqual(change.values, []);
  });

  it("are reported without objects when they are removed and the state has no such list", async () => {
    const [change] = await changes(release("r", { before: { inputs } }));
    assert.deepEqual(change?.manifests, { unavailable: "the state does not list its objects" });
  });
});
