import assert from "node:assert/strict";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configMapsIn, namespacesOf } from "./api";
import { consortium } from "./example";
import { kubectl } from "./kubectl";
import { TestStack } from "./stack";

const TWO = ["MyOrg1MSP", "MyOrg2MSP"];

describe("a namespace that somebody else has created", function () {
  this.timeout(900_000);
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.create("ownership", consortium("ownership", ["MyOrg1MSP"]));
    await stack.up();
    await make("ownership-org-2");
    await stack.configure(consortium("ownership", TWO));
  });
  after(() => stack.destroy());

  it("is refused by preview and up, which say who created it and what to do", async () => {
    const preview = await stack.run(["preview"]);
    assert.ok(preview.failed, preview.text);
    for (const text of [preview.text, await stack.refusal()]) {
      assert.match(
        text,
        /countersign:organizations\.MyOrg2MSP\.namespace: Namespace "ownership-org-2" already exists and does not belong to this stack: it was made by "kubectl-create" \(on [^,]+, label team=research\)\. To use it as it is, set organizations\.MyOrg2MSP\.createNamespace: false;/,
      );
    }
    const { failed } = await stack.run(["up", "--yes", "--skip-preview"]);
    assert.ok(failed);
    assert.ok(!(await state()).some(({ urn }) => urn.includes("org2")), "something was registered");
  });

  it("is used if the configuration says so, and kept when the organization leaves", async () => {
    const sections = consortium("ownership", TWO);
    Object.assign(sections.organizations.MyOrg2MSP ?? {}, { createNamespace: false });
    await stack.configure(sections);
    await stack.up();
    await stack.configure(consortium("ownership", ["MyOrg1MSP"]));
    await stack.up();
    await assertData("ownership-org-2");
  });

  it("belongs to the stack if an update created it and was killed before recording it", async () => {
    await kubectl(["delete", "namespace", "ownership-org-2"]);
    const mark = await kubectl([
      ...["get", "namespace", "ownership-org-1"],
      ...["-o", "jsonpath={.metadata.annotations.countersign/made-by}"],
    ]);
    const made = { apiVersion: "v1", kind: "Namespace", metadata: { name: "ownership-org-2" } };
    Object.assign(made.metadata, { annotations: { "countersign/made-by": mark } });
    await kubectl(
      ["apply", "--server-side", "--field-manager=pulumi-kubernetes-dead", "-f", "-"],
      JSON.stringify(made),
    );
    await stack.configure(consortium("ownership", TWO));
    await stack.up();
    await stack.assertSettled();
  });

  it("is kept with what others put into it, although the stack created it", async () => {
    await kubectl([
      "-n",
      "ownership-org-2",
      "create",
      "configmap",
      "research-data",
      "--from-literal=a=b",
    ]);
    await stack.configure(consortium("ownership", ["MyOrg1MSP"]));
    const kept =
      /namespace "ownership-org-2" is not deleted: it contains objects that this stack did not create: ConfigMap "research-data"/;
    assert.match((await stack.run(["preview"])).text, kept);
    const up = await stack.run(["up", "--yes", "--skip-preview"]);
    assert.ok(!up.failed, up.text);
    assert.match(up.text, kept);
    const { changes } = await stack.up();
    assert.deepEqual(changes, ["delete Namespace namespace-ownership-org-2"]);
    await stack.assertSettled();
    await assertData("ownership-org-2");
  });

  it("is kept when the stack is destroyed, if the last update knew what was in it", async () => {
    await kubectl([
      "-n",
      "ownership-org-1",
      "create",
      "configmap",
      "research-data",
      "--from-literal=a=b",
    ]);
    await stack.up();
    await stack.destroy();
    await assertData("ownership-org-1");
    assert.deepEqual(await namespacesOf("ownership"), ["ownership-org-1", "ownership-org-2"]);
    await kubectl(["delete", "namespace", "ownership-org-1", "ownership-org-2"]);
  });

  async function state() {
    return (await stack.state()).resources;
  }
});

describe("a stack that an older version deployed", function () {
  this.timeout(900_000);
  let stack: TestStack;
  const sections = consortium("owned-before", ["MyOrg1MSP"]);

  before(async () => {
    await make("owned-before-org-1");
    stack = await TestStack.create("owned-before", sections, { apart: true });
    // That version checks no owners, and marks nothing.
    await asOlder(stack, () => stack.up());
  });

  it("is updated without a change, and reports which namespace it had taken over", async () => {
    const { failed, text } = await stack.run(["up", "--yes", "--skip-preview"]);
    assert.ok(!failed, text);
    assert.match(text, /Resources:\n(?: {4}\+ 2 created\n)? {4}\d+ unchanged\n/);
    assert.match(
      text,
      /namespace "owned-before-org-1" existed before this stack, and an earlier version let the stack take it over: it was made by "kubectl-create"/,
    );
    assert.doesNotMatch(text, /namespace "owned-before-orchestrator"/);
  });

  it("deletes its own namespaces and keeps that one", async () => {
    await stack.destroy();
    await assertData("owned-before-org-1");
    assert.deepEqual(await namespacesOf("owned-before"), ["owned-before-org-1"]);
    await kubectl(["delete", "namespace", "owned-before-org-1"]);
  });
});

/** Runs the program without its guard, like versions that did not have one. */
async function asOlder(stack: TestStack, run: () => Promise<unknown>): Promise<void> {
  const program = join(stack.directory, "program.cjs");
  const root = join(__dirname, "..", "..");
  rmSync(program);
  writeFileSync(
    program,
    `module.exports = require(${JSON.stringify(join(root, "toolchain", "compiled.cjs"))}).load("program").default;
for (const [file, { exports }] of Object.entries(require.cache)) {
  if (file.endsWith("/ownership/guard.js")) exports.Guard.prototype.begin = exports.Guard.prototype.finish = () => {};
  if (file.endsWith("/ownership/judge.js")) exports.Judge.prototype.problem = async () => undefined;
}
`,
  );
  try {
    await run();
  } finally {
    rmSync(program);
    symlinkSync(join(root, "program.cjs"), program);
  }
}

/** Creates somebody else's namespace, with data in it. */
async function make(namespace: string): Promise<void> {
  await kubectl(["create", "namespace", namespace]);
  await kubectl(["label", "namespace", namespace, "team=research"]);
  await kubectl(["-n", namespace, "create", "configmap", "research-data", "--from-literal=a=b"]);
}

async function assertData(namespace: string): Promise<void> {
  const names = (await configMapsIn(namespace)).map(({ metadata }) => metadata?.name);
  assert.ok(names.includes("research-data"), `${namespace}: ${names.join()}`);
}
