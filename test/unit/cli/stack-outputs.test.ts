import assert from "node:assert/strict";
import { CannotCheck } from "../../../cli/failure";
import { parseOutputs } from "../../../cli/stack-outputs";

const release = (namespace: string) => ({ name: "backend", namespace, revision: 1 });

describe("the outputs of a stack", () => {
  it("say what was deployed; other outputs do not matter", () => {
    const text = JSON.stringify({
      caBundle: "…",
      releases: { orchestrator: release("o"), organizations: { MyOrg1MSP: release("org-1") } },
    });
    assert.deepEqual(parseOutputs(text, "stack dev"), {
      orchestrator: release("o"),
      organizations: new Map([["MyOrg1MSP", release("org-1")]]),
    });
  });

  const refused: [string, string, RegExp][] = [
    ["that was never deployed", "{}", /not those of a deployed stack \(releases: .*pulumi up/],
    ["that are no JSON", "", /are not JSON/],
    ["without a release", '{"releases":{}}', /stack dev has no releases/],
    [
      "with a release that is nowhere",
      '{"releases":{"organizations":{"A":{"name":"b"}}}}',
      /\(releases\.organizations\.A\.namespace: /,
    ],
  ];
  for (const [what, text, message] of refused) {
    it(`are refused ${what}`, () => {
      assert.throws(
        () => parseOutputs(text, "stack dev"),
        (error) => error instanceof CannotCheck && message.test(error.message),
      );
    });
  }
});
