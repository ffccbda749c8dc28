import assert from "node:assert/strict";
import { readPlan } from "../../../../cli/report/plan";
import { indexOf } from "../../../../cli/report/plan-index";
import { SECRET, UNKNOWN } from "../../../../cli/report/value";

const STACK = "urn:pulumi:dev::countersign::pulumi:pulumi:Stack::countersign-dev";
const SECRET_URN =
  "urn:pulumi:dev::countersign::countersign:substra:Backend$kubernetes:core/v1:Secret::pair";
const MARK = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const stack = { op: "same", urn: STACK, oldState: { outputs: { caBundle: "PEM" } }, newState: {} };
const secret = {
  op: "replace",
  urn: SECRET_URN,
  provider: "x",
  oldState: {
    inputs: { data: "[secret]", metadata: { name: "pair-1" } },
    parent: STACK,
    provider: "urn:pulumi:dev::countersign::pulumi:providers:kubernetes::default_4_25_0::id",
    propertyDependencies: { data: [STACK], type: null },
  },
  newState: {
    inputs: { stringData: { "tls.crt": MARK, list: [MARK, 1, true, null] } },
    parent: STACK,
  },
  replaceReasons: ["stringData", "data"],
  diffReasons: ["data"],
  detailedDiff: {
    stringData: { kind: "add-replace", inputDiff: false },
    data: { kind: "delete-replace", inputDiff: true },
  },
};
const read = (content: unknown) => readPlan(JSON.stringify(content), "preview.json");

describe("a preview", () => {
  it("is read with the objects that the engine leaves in the cluster", () => {
    const kept = {
      ...secret,
      op: "delete",
      oldState: { ...secret.oldState, retainOnDelete: true },
    };
    const { resources } = read({ steps: [stack, { ...kept, newState: undefined }] });
    assert.equal(resources.find(({ urn }) => urn === SECRET_URN)?.before?.retained, true);
  });

  it("is read so that secret and unknown values are distinguished from texts", () => {
    const plan = read({ steps: [stack, secret], changeSummary: {} });
    assert.equal(plan.stack, "dev");
    assert.equal(plan.failure, undefined);
    assert.deepEqual(plan.outputs, { caBundle: "PEM" });
    const [found] = plan.resources;
    assert.deepEqual(found, {
      urn: SECRET_URN,
      type: "kubernetes:core/v1:Secret",
      name: "pair",
      parent: STACK,
      operation: "replace",
      before: {
        inputs: { data: SECRET, metadata: { name: "pair-1" } },
        outputs: {},
        dependencies: { data: [STACK], type: [] },
        provider: "default_4_25_0",
      },
      after: {
        inputs: { stringData: { "tls.crt": UNKNOWN, list: [UNKNOWN, 1, true, null] } },
        outputs: {},
        dependencies: {},
        provider: undefined,
      },
      reasons: ["data", "stringData"],
      changes: [
        { path: "data", kind: "delete" },
        { path: "stringData", kind: "add" },
      ],
    });
  });

  it("is the same in whatever order the engine worked, and with the single steps of a replacement", () => {
    const step = (op: string, sides: object) => ({ ...secret, ...sides, op });
    const single = [
      step("create-replacement", { oldState: undefined }),
      step("replace", {}),
      step("delete-replaced", { newState: undefined }),
    ];
    const expected = read({ steps: [stack, secret] });
    assert.deepEqual(read({ steps: [...single, stack] }), expected);
    assert.deepEqual(read({ steps: [...single.reverse(), stack] }), expected);
  });

  it("contains the components that state facts", () => {
    const component = {
      op: "create",
      urn: "urn:pulumi:dev::countersign::countersign:enrollment:Enrollment::org-1",
      newState: { inputs: { waiting: ["MyOrg1MSP"] } },
    };
    const [stated, ...more] = indexOf(read({ steps: [stack, component, secret] })).stated.values();
    assert.deepEqual(more, []);
    assert.equal(stated?.before, undefined);
    assert.deepEqual(stated?.after, { waiting: ["MyOrg1MSP"] });
  });

  it("contains the reason and no resources if it failed, whatever was done until then", () => {
    const diagnostics = [
      { urn: STACK, message: "warning: careful\n", severity: "warning" },
      { urn: STACK, message: "error: Requests for certificates are refused\n", severity: "error" },
      { message: "", severity: "info" },
    ];
    const plan = read({ steps: [stack], diagnostics });
    assert.equal(plan.failure, "Requests for certificates are refused");
    assert.deepEqual(plan.resources, []);
    assert.deepEqual(plan.messages, [{ severity: "warning", text: "careful" }]);
    assert.equal(read({ steps: [], diagnostics }).stack, "preview.json");
  });

  const refusals: readonly [string, string, RegExp][] = [
    [
      "is not JSON",
      "Previewing update (dev)",
      /^preview\.json is not JSON; create it with `pulumi/,
    ],
    ["is something else", "{}", /is not what `pulumi preview --json --show-sames` prints \(steps/],
    ["has another form", '{"steps":[{"op":"same","urn":"x"}]}', /prints \(steps\.0\.urn: /],
    ["contains no resources", '{"steps":[]}', /contains no resources; create it with/],
    [
      "omits resources that stay the same",
      JSON.stringify({ steps: [stack] }),
      /omits resources that stay the same; create it with/,
    ],
  ];
  for (const [what, text, message] of refusals) {
    it(`is refused if it ${what}`, () => {
      assert.throws(() => readPlan(text, "preview.json"), { name: "CannotCheck", message });
    });
  }
});
