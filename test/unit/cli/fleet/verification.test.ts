import assert from "node:assert/strict";
import type { StackDocument } from "../../../../command/stack-outputs";
import { CannotStart, DoesNotHold, PassFailed } from "../../../../cli/fleet/failure";
import type { StackFile } from "../../../../cli/fleet/stack-folder";
import { Verification, assertVerifiable } from "../../../../cli/fleet/run/verification";
import { makeAdmissions } from "../make-admissions";

const stack = (name: string, ...signers: string[]): StackFile => ({
  name,
  signed: signers.map((signer, position) => ({ party: `M${position}`, signer, key: "k1" })),
  takesRequestsOf: [],
  cluster: {},
});

describe("the verification of a stack", () => {
  const said: string[] = [];
  const read: string[] = [];

  beforeEach(() => {
    said.length = 0;
    read.length = 0;
  });

  const verify = (
    file: StackFile,
    contents: Readonly<Record<string, unknown>>,
    others = Object.keys(contents).map((name) => stack(name)),
  ) =>
    new Verification(
      { directory: "", project: "countersign", stacks: [file, ...others] },
      {
        exists: (name) => name in contents,
        document: (name): Promise<StackDocument> => {
          read.push(name);
          return Promise.resolve({ origin: `stack ${name}`, content: contents[name] });
        },
      },
    ).verify(file, (text) => said.push(text));

  const waiting = { releases: {}, waiting: { MyOrg2MSP: "nobody signs" } };

  it("returns a remark if all checks hold, and prints them", async () => {
    assert.equal(
      await verify(stack("org-2"), { "org-2": waiting }),
      "1 check: all hold, 1 early warning",
    );
    assert.match(said.join(""), /^MyOrg2MSP\n {2}! waiting: it waits for its certificate/);
  });

  it("reads the stacks that sign for it, too, if they exist", async () => {
    const file = stack("org-2", "consortium", "consortium", "elsewhere", "org-2");
    await verify(file, { "org-2": waiting, consortium: waiting });
    assert.deepEqual(read, ["org-2", "consortium"]);
  });

  it("leaves out stacks that sign in another cluster", async () => {
    const file = { ...stack("org-2", "west", "own"), cluster: { context: "east" } };
    const others = [
      { ...stack("west"), cluster: { context: "west" } },
      { ...stack("own"), cluster: undefined },
    ];
    await verify(file, { "org-2": waiting, west: waiting, own: waiting }, others);
    assert.deepEqual(read, ["org-2"]);
  });

  it("leaves out stacks that sign and cannot be verified together", async () => {
    const admissions = { releases: {}, admissions: makeAdmissions() };
    const file = stack("org-2", "one", "other");
    const contents = { "org-2": waiting, one: admissions, other: admissions };
    assert.equal(await verify(file, contents), "1 check: all hold, 1 early warning");
  });

  it("has nothing to do for a stack without a system", async () => {
    const file = stack("authority");
    assert.equal(await verify(file, { authority: { releases: {} } }), "nothing to verify");
    assert.deepEqual(said, []);
  });

  it("fails with the reason if it cannot check", async () => {
    const broken = { releases: { organizations: { M: { name: "a/b" } } } };
    await assert.rejects(
      verify(stack("org-2"), { "org-2": broken }),
      (error) =>
        error instanceof PassFailed &&
        !(error instanceof DoesNotHold) &&
        error.message.startsWith("the outputs of stack org-2 are not those of a deployed stack"),
    );
  });
});

describe("stacks whose cluster only Pulumi knows", () => {
  it("are refused before anything starts", () => {
    assertVerifiable([stack("a")]);
    assert.throws(
      () => assertVerifiable([stack("a"), { ...stack("b"), cluster: undefined }]),
      new CannotStart(
        "--waves cannot verify b: kubernetes:kubeconfig and kubernetes:cluster in a stack file are not read; set kubernetes:context instead, with a KUBECONFIG that has the context",
      ),
    );
  });
});
