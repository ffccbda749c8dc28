import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import {
  exportCommand,
  nextSteps,
  publicFiles,
  secretFiles,
  withResources,
} from "../../../../systems/spinnaker/export/export-command";
import { fakeCluster } from "../../../unit/cli/fake-cluster";
import { runExport } from "../../../unit/cli/export/run-export";
import { makeSpinnaker, type Setting } from "../../verify/make-spinnaker";

const make = (setting: Setting) =>
  makeSpinnaker(setting, { services: { orca: {}, gate: { trustsOthers: true } } });

describe("the Secrets of an export", () => {
  it("are those of all services, each once, as manifests", async () => {
    const { stack, objects } = make("exported kustomize");
    const files = await secretFiles(fakeCluster(objects), stack);
    assert.deepEqual(
      files.map(({ path }) => path),
      [
        "secrets/.gitignore",
        "secrets/keys-gate.yml",
        "secrets/keys-orca.yml",
        "secrets/others.yml",
        "secrets/trust.yml",
      ],
    );
    assert.ok(files.every(({ isSecret }) => isSecret));
    assert.deepEqual(parse(files[2]?.content.toString() ?? ""), {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "keys-orca", namespace: "ns" },
      type: "Opaque",
      data: (objects["Secret/keys-orca"] as { data: object }).data,
    });
  });

  it("are included by a kustomization", async () => {
    const { stack, objects } = make("exported kustomize");
    const files = publicFiles(stack, "stack dev");
    const secrets = await secretFiles(fakeCluster(objects), stack);
    const [changed, ...others] = withResources(files, secrets).filter(
      ({ content }) => !files.some((file) => file.content === content),
    );
    assert.equal(others.length, 0);
    assert.equal(changed?.path, "kustomization.yml");
    assert.ok(!changed.isSecret);
    const { resources, ...rest } = parse(changed.content.toString()) as { resources: string[] };
    assert.deepEqual(resources, [
      "secrets/keys-gate.yml",
      "secrets/keys-orca.yml",
      "secrets/others.yml",
      "secrets/trust.yml",
    ]);
    assert.deepEqual(rest, parse(stack.files["kustomization.yml"] ?? ""));
  });

  it("must exist", async () => {
    const { stack, objects } = make("operator");
    Reflect.deleteProperty(objects, "Secret/keys-gate");
    await assert.rejects(secretFiles(fakeCluster(objects), stack), {
      name: "CannotCheck",
      message: /^Secret ns\/keys-gate does not exist in the cluster of context "test": is that/,
    });
  });
});

describe("the next step after an export", () => {
  const steps = (setting: Setting, withSecrets = false) =>
    nextSteps(make(setting).stack, "out", withSecrets);

  it("is to merge it into a SpinnakerService", () => {
    assert.deepEqual(steps("operator"), [
      "the Secrets are in namespace ns of the stack's cluster; for another cluster, export with --secrets",
      "`kubectl patch spinnakerservices.spinnaker.io spinnaker --namespace ns --type merge --patch-file out/spinnakerservice.yml`, or merge it into your manifest",
    ]);
  });

  it("is to list it as a component", () => {
    assert.deepEqual(steps("exported kustomize").slice(1), [
      "list out under `components:` of your kustomization, as a path relative to it",
      "`kubectl kustomize OVERLAY` shows the result",
    ]);
  });

  it("is to copy it for Halyard, its Secrets first", () => {
    assert.deepEqual(steps("halyard", true), [
      "out/secrets holds private keys: keep it out of git, and delete it after you have applied it",
      "`kubectl apply --filename out/secrets`",
      "copy out/profiles and out/service-settings below ~/.hal/<deployment>/; if a file already exists there, merge them",
      "`hal deploy apply`",
    ]);
  });
});

describe("countersign spinnaker export", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "countersign-export-"))));
  afterEach(() => rmSync(directory, { recursive: true }));

  const run = (content: object, ...args: string[]) =>
    runExport(exportCommand, directory, content, ...args);

  it("writes the files of a stack's outputs", async () => {
    const { outputs, stack } = make("operator");
    const { text, to, outputs: origin } = await run(outputs, "--json");
    const { next, ...exported } = JSON.parse(text) as { next: readonly string[] };
    assert.deepEqual(exported, {
      origin,
      target: "operator",
      directory: to,
      files: [{ path: "spinnakerservice.yml", state: "written" }],
      deleted: [],
      left: [],
    });
    assert.match(next.join("\n"), /^`kubectl patch spinnakerservices\.spinnaker\.io spinnaker /m);
    assert.equal(
      readFileSync(join(to, "spinnakerservice.yml"), "utf8"),
      stack.files["spinnakerservice.yml"],
    );
  });

  it("refuses a stack without Spinnaker", async () => {
    const release = { name: "backend", namespace: "org-1", revision: 1 };
    await assert.rejects(run({ releases: { organizations: { MyOrg1MSP: release } } }), {
      name: "CannotCheck",
      message: /has no Spinnaker: set countersign:spinnaker, and run `pulumi up`$/,
    });
  });
});
