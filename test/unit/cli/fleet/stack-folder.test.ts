import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { CannotStart } from "../../../../cli/fleet/failure";
import { readStackFolder, stackDigest } from "../../../../cli/fleet/stack-folder";

describe("the stacks of a folder", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "countersign-fleet-"));
    writeFileSync(join(directory, "Pulumi.yaml"), "name: countersign\nruntime: nodejs\n");
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const write = (stack: string, config: object, more: object = {}) =>
    writeFileSync(join(directory, `Pulumi.${stack}.yaml`), stringify({ ...more, config }));
  const stacks = () => readStackFolder(directory).stacks;

  it("are in natural order", () => {
    for (const name of ["org-10", "consortium", "org-2"]) write(name, {});
    assert.deepEqual(
      stacks().map(({ name }) => name),
      ["consortium", "org-2", "org-10"],
    );
  });

  it("state which stack signs for an organization, and for which key", () => {
    write("consortium", {});
    write("org-1", {
      "countersign:organizations": {
        A: { signedBy: { stack: "organization/countersign/consortium" } },
        B: { signedBy: { stack: "consortium" }, certificate: { keys: ["k1", "k2"] } },
        C: { signedBy: { stack: "organization/another/consortium" } },
        D: { signedBy: { directory: "enrollments/D" } },
        E: { hostname: "own.example" },
        F: { signedBy: { stack: "consortium" }, certificate: { key: { secure: "v1:x" } } },
      },
    });
    assert.deepEqual(stacks()[1], {
      name: "org-1",
      signed: [
        { party: "A", signer: "consortium", key: "k1" },
        { party: "B", signer: "consortium", key: "k2" },
        { party: "C", signer: undefined, key: "k1" },
        { party: "D", signer: undefined, key: "k1" },
        { party: "F", signer: "consortium", key: "existing" },
      ],
      takesRequestsOf: [],
      cluster: {},
    });
  });

  it("state whose requests a stack reads", () => {
    write("consortium", {
      "countersign:enrollments": {
        A: { request: { stack: "organization/countersign/org-1" } },
        B: { request: { stack: "org-1" } },
        C: { request: { stack: "organization/countersign/elsewhere" } },
        D: { request: { file: "enrollments/D/request.pem" } },
      },
    });
    write("org-1", {});
    assert.deepEqual(stacks()[0], {
      name: "consortium",
      signed: [],
      takesRequestsOf: ["org-1"],
      cluster: {},
    });
  });

  it("keep the secrets provider that the stack file names", () => {
    write("org-1", {}, { secretsprovider: "awskms://alias/x" });
    assert.equal(stacks()[0]?.secretsProvider, "awskms://alias/x");
  });

  it("state which cluster they are deployed to, unless the stack file contains one", () => {
    write("a", { "kubernetes:context": "west" });
    write("b", { "kubernetes:context": "west", "kubernetes:kubeconfig": { secure: "v1:x" } });
    assert.deepEqual(
      stacks().map(({ cluster }) => cluster),
      [{ context: "west" }, undefined],
    );
  });

  it("ignore invalid entries one by one, and leave them to the program", () => {
    write("consortium", {});
    write("org-1", {
      "countersign:organizations": { A: 7, B: { signedBy: { stack: "consortium" } } },
      "countersign:enrollments": "none",
    });
    writeFileSync(join(directory, "Pulumi.org-2.yaml"), "config: [\n");
    assert.deepEqual(stacks().slice(1), [
      {
        name: "org-1",
        signed: [{ party: "B", signer: "consortium", key: "k1" }],
        takesRequestsOf: [],
        cluster: {},
      },
      { name: "org-2", signed: [], takesRequestsOf: [], cluster: {} },
    ]);
  });

  it("are refused if the folder contains no stack", () => {
    assert.throws(
      stacks,
      new CannotStart(`${directory} has no stack: there is no Pulumi.<stack>.yaml in it`),
    );
  });

  it("are refused if the folder contains no project", () => {
    rmSync(join(directory, "Pulumi.yaml"));
    assert.throws(stacks, /there is no .*Pulumi\.yaml: give the project's folder with --directory/);
  });

  it("have a digest that changes with the configuration, but not with the salt", () => {
    write("org-1", { a: 1 });
    const before = stackDigest(directory, "org-1");
    write("org-1", { a: 1 }, { encryptionsalt: "v1:abc" });
    assert.equal(stackDigest(directory, "org-1"), before);
    write("org-1", { a: 2 });
    assert.notEqual(stackDigest(directory, "org-1"), before);
  });
});
