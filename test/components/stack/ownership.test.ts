import assert from "node:assert/strict";
import type { LiveObject, Metadata } from "../../../components/kubernetes/ownership/object";
import { ClusterUnreadable } from "../../../components/kubernetes/ownership/reader";
import type { Run } from "../mock-engine";
import type { State } from "../mock-state";
import { SECTIONS, runStack } from "../run-stack";
import { find } from "../tree";
import { NAMESPACE, cluster } from "./cluster-objects";

const RESOURCE = `namespace-${NAMESPACE}`;
const STRANGER = {
  name: NAMESPACE,
  uid: "theirs",
  labels: { team: "research" },
  managedFields: [{ manager: "kubectl-create", time: "2026-11-28T20:00:00Z" }],
};
const DATA: LiveObject = { kind: "ConfigMap", metadata: { name: "research-data", uid: "data" } };
const MARK = { "countersign/made-by": "organization/countersign/test#01020304" };

function namespace(metadata: Partial<Metadata> = {}): LiveObject {
  return { kind: "Namespace", metadata: { ...STRANGER, ...metadata } };
}

/** The consortium without the organization whose namespace this is about. */
const WITHOUT = {
  ...SECTIONS,
  orchestrator: {
    ...SECTIONS.orchestrator,
    channels: { mychannel: { organizations: ["Org2go"] } },
  },
  organizations: { Org2go: SECTIONS.organizations.Org2go },
};

function withoutMarks(state: State): State {
  return editMetadata(state, ({ annotations, ...metadata }) => {
    assert.ok(annotations);
    return metadata;
  });
}

/** The state with other metadata of the namespace. */
function editMetadata(state: State, edit: (metadata: Record<string, unknown>) => object): State {
  return new Map(
    [...state].map(([urn, stored]) => {
      if (stored.name !== RESOURCE) return [urn, stored];
      const { metadata, ...outputs } = stored.outputs as { metadata: Record<string, unknown> };
      const { metadata: given, ...inputs } = stored.inputs as { metadata: Record<string, unknown> };
      return [
        urn,
        {
          ...stored,
          inputs: { ...inputs, metadata: edit(given) },
          outputs: { ...outputs, metadata: edit(metadata) },
        },
      ];
    }),
  );
}

function kept(run: Run<unknown>): unknown {
  const { urn } = find(run.resources, "ownership");
  return (run.outputs.get(urn) as { kept: unknown }).kept;
}

describe("what is not the stack's", () => {
  let up: Run<unknown>;
  before(async () => {
    up = await runStack(SECTIONS);
    assert.deepEqual(up.errors, []);
  });

  describe("where a namespace exists that is to be made", () => {
    for (const preview of [true, false])
      it(`refuses it with its maker and what to do, at ${preview ? "preview" : "up"}, and registers nothing`, async () => {
        const { errors, resources } = await runStack(SECTIONS, {
          preview,
          objects: cluster([namespace()]),
        });
        assert.deepEqual(errors, [
          "The configuration has a problem; nothing was changed:\n" +
            '  countersign:organizations.MyOrg1MSP.namespace: Namespace "my-org1-msp" already exists and does not belong to this stack: it was made by "kubectl-create" (label team=research). ' +
            "To use it as it is, set organizations.MyOrg1MSP.createNamespace: false; or choose another name, or delete it. " +
            "To hand it over to this stack, which will then delete it when it no longer needs it: kubectl annotate namespace my-org1-msp countersign/made-by- countersign/adopted-by=organization/countersign/test",
        ]);
        assert.deepEqual(
          resources.map(({ type }) => type),
          ["pulumi:pulumi:Stack"],
        );
      });

    it("takes it where a person said so", async () => {
      const annotations = { "countersign/adopted-by": "organization/countersign/test" };
      const run = await runStack(SECTIONS, { objects: cluster([namespace({ annotations })]) });
      assert.deepEqual(run.errors, []);
    });

    it("goes on with one that an update had made which was killed", async () => {
      const recorded = new Map(
        [...up.state].filter(([, { name }]) => name.startsWith("ownership")),
      );
      const objects = cluster([namespace({ annotations: MARK })]);
      for (const [state, problems] of [
        [recorded, 0],
        [new Map(), 1],
      ] as const) {
        const run = await runStack(SECTIONS, { state, objects });
        assert.equal(run.errors.length, problems, run.errors.join());
      }
    });

    it("refuses the one that took the place of its own, which was deleted", async () => {
      const state = editMetadata(up.state, (metadata) => ({ ...metadata, uid: "ours" }));
      const objects = cluster([namespace()]);
      const run = await runStack(SECTIONS, { state, objects });
      assert.match(
        run.errors.join(),
        /is not the one that this stack created, which was deleted: it was made by "kubectl-create"/,
      );
      const own = cluster([namespace({ uid: "ours" })]);
      assert.deepEqual((await runStack(SECTIONS, { state, objects: own })).errors, []);
    });

    it("does not go on where the cluster does not say", async () => {
      const objects = {
        ...cluster([]),
        find: () => Promise.reject(new ClusterUnreadable("no answer")),
      };
      const { errors, resources } = await runStack(SECTIONS, { objects });
      assert.deepEqual(errors, ["no answer"]);
      assert.equal(resources.length, 1);
    });
  });

  describe("where another object exists that is to be made", () => {
    it("refuses a Helm release", async () => {
      const labels = { owner: "helm", name: "backend", status: "deployed", version: "3" };
      const record = {
        kind: "Secret",
        metadata: { name: "sh.helm.release.v1.backend.v3", labels },
      };
      const { errors } = await runStack(SECTIONS, {
        preview: true,
        objects: cluster([], [record]),
      });
      assert.equal(errors.length, 2);
      assert.match(
        errors.join(),
        /Helm release "backend" in namespace "my-org1-msp" already exists and does not belong to this stack \(revision 3, deployed\)\. Choose another releaseName/,
      );
      const again = await runStack(SECTIONS, { state: up.state, objects: cluster([], [record]) });
      assert.deepEqual(again.errors, []);
    });
  });

  describe("where an organization goes", () => {
    const objects = cluster([namespace({ annotations: MARK }), DATA]);

    it("deletes its namespace if it holds nothing else", async () => {
      const { errors, resources } = await runStack(WITHOUT, {
        state: up.state,
        objects: cluster([namespace({ annotations: MARK })]),
      });
      assert.deepEqual(errors, []);
      assert.ok(!resources.some(({ name }) => name === RESOURCE));
    });

    it("keeps its namespace if it holds what others made, and forgets it then", async () => {
      const run = await runStack(WITHOUT, { state: up.state, objects });
      assert.deepEqual(run.errors, []);
      const { retained, inputs } = find(run.resources, RESOURCE);
      assert.equal(retained, true);
      assert.deepEqual(inputs, find(up.resources, RESOURCE).inputs);
      assert.deepEqual(kept(run), [NAMESPACE]);
      assert.deepEqual(
        run.messages.map(({ text }) => text),
        [
          `namespace "my-org1-msp" is not deleted: it contains objects that this stack did not create: ConfigMap "research-data". It stays in the cluster, and the next \`pulumi up\` forgets it. Delete it yourself once nobody needs it: kubectl delete namespace my-org1-msp`,
        ],
      );
      const next = await runStack(WITHOUT, { state: run.state, objects });
      assert.ok(!next.resources.some(({ name }) => name === RESOURCE));
      assert.deepEqual(
        next.messages.map(({ text }) => text),
        ['namespace "my-org1-msp" stays in the cluster, and this stack forgets it'],
      );
    });

    it("keeps it if it cannot tell what is in it", async () => {
      const contentOf = () => Promise.reject(new ClusterUnreadable("no answer"));
      const run = await runStack(WITHOUT, { state: up.state, objects: { ...objects, contentOf } });
      assert.equal(find(run.resources, RESOURCE).retained, true);
    });

    it("keeps it if the stack still uses it", async () => {
      const { MyOrg1MSP, ...others } = SECTIONS.organizations;
      const organizations = { MyOrg1MSP: { ...MyOrg1MSP, createNamespace: false }, ...others };
      const run = await runStack(
        { ...SECTIONS, organizations },
        {
          state: up.state,
          objects: cluster([namespace({ annotations: MARK })]),
        },
      );
      assert.equal(find(run.resources, RESOURCE).retained, true);
      assert.match(run.messages[0]?.text ?? "", /is not deleted: this stack still uses it\./);
    });
  });

  it("has its namespace left in the cluster when the stack is destroyed, as far as the last update knew", async () => {
    const objects = cluster([namespace({ annotations: MARK }), DATA]);
    const run = await runStack(SECTIONS, { state: up.state, objects });
    assert.equal(find(run.resources, RESOURCE).retained, true);
    assert.equal(find(run.resources, "namespace-orchestrator").retained, false);
    const gone = cluster([namespace({ annotations: MARK })]);
    const later = await runStack(SECTIONS, { state: run.state, objects: gone });
    assert.equal(find(later.resources, RESOURCE).retained, false);
  });

  describe("in the state of an older version", () => {
    it("stays as it is, unmarked", async () => {
      const state = withoutMarks(up.state);
      const run = await runStack(SECTIONS, { state, objects: cluster([namespace()]) });
      assert.deepEqual(run.errors, []);
      const { inputs } = find(run.resources, RESOURCE);
      assert.deepEqual((inputs as { metadata: object }).metadata, { name: NAMESPACE });
    });

    it("is never deleted if that version took it over", async () => {
      const state = editMetadata(up.state, ({ annotations, ...metadata }) => {
        assert.ok(annotations);
        const ours = { manager: "pulumi-kubernetes-1a2b", time: "2026-11-28T20:10:00Z" };
        const managedFields = [...STRANGER.managedFields, ours];
        return {
          ...metadata,
          uid: "theirs",
          creationTimestamp: "2026-11-28T20:00:00Z",
          managedFields,
        };
      });
      const stays = await runStack(SECTIONS, { state, objects: cluster([namespace()]) });
      assert.deepEqual(stays.errors, []);
      assert.equal(find(stays.resources, RESOURCE).retained, true);
      assert.match(
        stays.messages[0]?.text ?? "",
        /^namespace "my-org1-msp" existed before this stack, and an earlier version let the stack take it over: it was made by "kubectl-create"/,
      );
      const gone = await runStack(WITHOUT, { state, objects: cluster([namespace()]) });
      assert.equal(find(gone.resources, RESOURCE).retained, true);
      assert.match(
        gone.messages[0]?.text ?? "",
        /an earlier version took it over\. It stays in the cluster/,
      );
    });
  });
});
