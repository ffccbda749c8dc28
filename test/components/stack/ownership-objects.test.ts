import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { LiveObject } from "../../../components/kubernetes/ownership/object";
import { shop } from "../choreo/make-project";
import { SECTIONS, runStack } from "../run-stack";
import { cluster } from "./cluster-objects";

describe("where an object of another system exists by the name that is to be used", () => {
  const { authority } = SECTIONS;
  const maker = [{ manager: "kubectl-client-side-apply", time: "2026-11-28T20:00:00Z" }];
  const SPINNAKER = { phase: "tls", services: { orca: {} } };
  const folder = mkdtempSync(join(tmpdir(), "countersign-ownership-"));
  const manifest = join(folder, "spinnaker.yml");
  writeFileSync(
    manifest,
    stringify({
      ...{ apiVersion: "spinnaker.io/v1alpha2", kind: "SpinnakerService" },
      metadata: { name: "spinnaker" },
      spec: { spinnakerConfig: { config: { version: "1.36.0" } } },
    }),
  );
  after(() => rmSync(folder, { recursive: true }));
  const theirs = (kind: string, name: string, annotations = {}): LiveObject => ({
    kind,
    metadata: { name, uid: "theirs", annotations, managedFields: maker },
  });
  const backend = { endpoints: ["https://payments.example:8443"], namespace: "shop" };
  const rows = [
    ["Workload", "stock", shop(undefined, { openchoreo: { namespace: "shop" } })],
    [
      "SpinnakerService",
      "spinnaker",
      {
        authority,
        spinnaker: { ...SPINNAKER, target: { operator: { manifest } } },
      },
    ],
    [
      "Secret",
      "payments-tls",
      {
        authority,
        choreoConnect: {
          target: { compose: {} },
          backends: { payments: { ...backend, createNamespace: true } },
          apis: { "Shop-1.0.0": ["payments"] },
        },
      },
    ],
  ] as const;
  for (const [kind, name, sections] of rows) {
    it(`refuses a ${kind}, at preview and at up`, async () => {
      for (const preview of [true, false]) {
        const { errors } = await runStack(sections, {
          preview,
          objects: cluster([theirs(kind, name)]),
        });
        const found = errors.filter((error) => error.includes(`${kind} "${name}"`));
        assert.match(
          found.join(),
          /already exists and does not belong to this stack: it was made by "kubectl-client-side-apply"/,
        );
        assert.match(found.join(), /countersign\/adopted-by=organization\/countersign\/test/);
      }
    });

    it(`takes a ${kind} that a person has handed over`, async () => {
      const handed = { "countersign/adopted-by": "organization/countersign/test" };
      const objects = cluster([theirs(kind, name, handed)]);
      assert.deepEqual((await runStack(sections, { objects })).errors, []);
    });
  }

  it("adds to a SpinnakerService that others deploy, and takes nothing over", async () => {
    const { errors, resources } = await runStack(
      { authority, spinnaker: { ...SPINNAKER, target: { operator: {} } } },
      { objects: cluster([theirs("SpinnakerService", "spinnaker")]) },
    );
    assert.deepEqual(errors, []);
    const patch = resources.find(({ type }) => type.endsWith(":SpinnakerServicePatch"));
    assert.ok(patch, resources.map(({ type }) => type).join());
    assert.doesNotMatch(JSON.stringify(patch.inputs), /countersign\/made-by/);
  });
});
