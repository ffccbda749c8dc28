import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refusesSpinnaker } from "./make-spinnaker";

const directory = mkdtempSync(join(tmpdir(), "countersign-"));

/** Writes a file with this text, and returns it as the target's manifest. */
function manifest(name: string, text: string) {
  const path = join(directory, `${name}.yml`);
  writeFileSync(path, text);
  return { manifest: path };
}

const GOOD = `
apiVersion: spinnaker.armory.io/v1alpha2
kind: SpinnakerService
metadata: { name: spin, namespace: spinnaker }
spec: { spinnakerConfig: { profiles: { gate: { server: { port: 8084 } } } } }
`;
const good = manifest("good", GOOD);
const elsewhere = manifest("elsewhere", GOOD.replace("namespace: spinnaker", "namespace: other"));
const deployment = manifest("deployment", "apiVersion: apps/v1\nkind: Deployment\n");
const ONE = "needs exactly one of operator, kustomize and halyard: the tool that deploys Spinnaker";
const PANIC =
  "sets profiles.gate.server.port, which makes the Operator panic if the probe is by TCP (spinnaker-operator, transformer/serverport.go): remove it, and set spinnaker.services.gate.port";

describe("a target of Spinnaker", () => {
  after(() => rmSync(directory, { recursive: true }));

  refusesSpinnaker([
    ["none", { target: undefined }, "target: is missing; it must be a map"],
    ["an empty one", { target: {} }, `target: ${ONE}`],
    ["two of them", { target: { operator: {}, kustomize: {} } }, `target: ${ONE}`],
    [
      "a third kind",
      { target: { helm: {} } },
      "target.helm: is not a known key; the known keys are operator, kustomize, halyard",
      `target: ${ONE}`,
    ],
    [
      "settings of a target that has none",
      { target: { halyard: { directory: "hal" } } },
      "target.halyard.directory: is not a known key; there are none here",
    ],
    [
      "an API group that no Operator has",
      { target: { operator: { apiGroup: "spinnaker" } } },
      'target.operator.apiGroup: found "spinnaker"; must be one of spinnaker.io, spinnaker.armory.io',
    ],
    [
      "no kustomization at the path",
      { target: { kustomize: { directory: "examples/nothing" } } },
      'target.kustomize.directory: there is no kustomization at "examples/nothing" (no kustomization.yaml there); the path is relative to Pulumi.yaml',
    ],
  ]);

  describe("with a manifest", () => {
    const shown = ({ manifest: path }: { manifest: string }) =>
      `target.operator.manifest: "${path}"`;
    refusesSpinnaker([
      [
        "one that does not exist",
        { target: { operator: { manifest: "nothing.yml" } } },
        'target.operator.manifest: "nothing.yml" cannot be read; the path is relative to Pulumi.yaml',
      ],
      [
        "one of another kind",
        { target: { operator: deployment } },
        `${shown(deployment)} holds no SpinnakerService of spinnaker.io/v1alpha2 or spinnaker.armory.io/v1alpha2`,
      ],
      [
        "a group and a name that contradict it",
        { target: { operator: { ...good, apiGroup: "spinnaker.io", name: "spinnaker" } } },
        'target.operator.apiGroup: is "spinnaker.io", but the manifest\'s is "spinnaker.armory.io"; remove one of them',
        'target.operator.name: is "spinnaker", but the manifest\'s is "spin"; remove one of them',
      ],
      [
        "one of another namespace",
        { target: { operator: elsewhere }, services: { orca: {} } },
        'target.operator.manifest: is for namespace "other", but spinnaker.namespace is "spinnaker"',
      ],
      [
        "one with the setting that makes the Operator panic",
        { target: { operator: good } },
        `target.operator.manifest: ${PANIC}`,
      ],
    ]);
  });
});
