import assert from "node:assert/strict";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1/deploymentPatch";
import { output, runtime } from "@pulumi/pulumi";
import { Guard } from "../../../../components/kubernetes/ownership/guard";
import { Judge } from "../../../../components/kubernetes/ownership/judge";
import type { LiveObject, ObjectRef } from "../../../../components/kubernetes/ownership/object";
import { StateObjects, type StateObject } from "../../../../components/kubernetes/ownership/state";
import { TlsSecret } from "../../../../components/kubernetes";
import { runProgram } from "../../mock-engine";
import { find } from "../../tree";

const SECRET = "kubernetes:core/v1:Secret";
const STACK = { fullName: "organization/countersign/test", id: "01020304" };
const MARK = { "countersign/made-by": "organization/countersign/test#01020304" };
const PEM = { certificatePem: "leaf", privateKeyPem: "key" };

interface Scene {
  readonly live?: readonly LiveObject[];
  readonly stored?: readonly StateObject[];
  readonly preview?: boolean;
}

/** Registers objects under guard, and records what the cluster is asked. */
async function guarded(
  program: () => void,
  { live = [], stored = [], preview = false }: Scene = {},
) {
  const asked: ObjectRef[] = [];
  const run = await runProgram(
    () =>
      runtime.runInPulumiStack(() => {
        const state = new StateObjects(STACK, stored);
        const cluster = {
          find: (ref: ObjectRef) => {
            asked.push(ref);
            return Promise.resolve(live.find(({ metadata: { name } }) => name === ref.name));
          },
          releaseRecords: () => Promise.resolve([]),
          contentOf: () => Promise.resolve([]),
        };
        const judge = new Judge({ state, preview, open: () => Promise.resolve(cluster) });
        const refusal = (message: string) => new Error(message);
        const guard = new Guard({ state, judge, refusal, kept: new Set() });
        guard.begin();
        program();
        guard.finish();
        return Promise.resolve({});
      }),
    { preview },
  );
  const metadataOf = (name: string) =>
    (find(run.resources, name).inputs as { metadata: object }).metadata;
  return { ...run, asked, metadataOf };
}

function keys() {
  new TlsSecret("keys", { namespace: output("shop"), secretName: "payments-tls", ...PEM });
}

describe("Guard", () => {
  const stranger = { kind: "Secret", metadata: { name: "payments-tls", uid: "theirs" } };
  const stored = {
    type: SECRET,
    name: "keys",
    metadata: { name: "payments-tls", namespace: "shop", uid: "ours" },
  };

  it("looks for objects with an exact name, and marks them", async () => {
    const { errors, asked, metadataOf } = await guarded(() => {
      keys();
      new TlsSecret("pair", { namespace: "shop", ...PEM });
      new ConfigMap("trust", { metadata: { name: "trust", annotations: { note: "ours" } } });
      new DeploymentPatch("restart", { metadata: { name: "payments", namespace: "shop" } });
    });
    assert.deepEqual(errors, []);
    assert.deepEqual(asked, [
      { apiVersion: "v1", kind: "ConfigMap", namespace: undefined, name: "trust" },
      { apiVersion: "v1", kind: "Secret", namespace: "shop", name: "payments-tls" },
    ]);
    assert.deepEqual(metadataOf("keys"), {
      namespace: "shop",
      name: "payments-tls",
      annotations: MARK,
    });
    assert.deepEqual(metadataOf("trust"), {
      name: "trust",
      annotations: { note: "ours", ...MARK },
    });
    assert.deepEqual(metadataOf("pair"), { namespace: "shop" });
    assert.deepEqual(metadataOf("restart"), { namespace: "shop", name: "payments" });
  });

  for (const preview of [true, false])
    it(`refuses existing objects, at ${preview ? "preview" : "up"}`, async () => {
      const { errors, resources } = await guarded(keys, { live: [stranger], preview });
      assert.deepEqual(errors, [
        'Secret "payments-tls" in namespace "shop" already exists and does not belong to this stack: it was made by somebody else. Delete it, or use another name. ' +
          "To hand it over to this stack, which will then change and delete it: kubectl -n shop annotate secret payments-tls countersign/made-by- countersign/adopted-by=organization/countersign/test",
      ]);
      assert.ok(!resources.some(({ name }) => name === "keys"));
    });

  it("accepts an object with the stack's mark that a killed update did not record", async () => {
    const marked = { kind: "Secret", metadata: { name: "payments-tls", annotations: MARK } };
    assert.deepEqual((await guarded(keys, { live: [marked] })).errors, []);
  });

  it("does not query the cluster at preview for objects in the state, and leaves unmarked ones unmarked", async () => {
    const { asked, errors, metadataOf } = await guarded(keys, { stored: [stored], preview: true });
    assert.deepEqual([asked, errors], [[], []]);
    assert.deepEqual(metadataOf("keys"), { namespace: "shop", name: "payments-tls" });
  });

  it("notices at up that somebody replaced an object of the state", async () => {
    const { errors } = await guarded(keys, { live: [stranger], stored: [stored] });
    assert.match(
      errors.join(),
      /^Secret "payments-tls" in namespace "shop" is not the one that this stack created, which was deleted/,
    );
    const ours = { kind: "Secret", metadata: { name: "payments-tls", uid: "ours" } };
    assert.deepEqual((await guarded(keys, { live: [ours], stored: [stored] })).errors, []);
  });

  it("looks for the new name of an object that has another name in the state", async () => {
    const before = { ...stored, metadata: { ...stored.metadata, name: "old-tls" } };
    const { errors } = await guarded(keys, { live: [stranger], stored: [before], preview: true });
    assert.match(errors.join(), /already exists/);
  });
});
