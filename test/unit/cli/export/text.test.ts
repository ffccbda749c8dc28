import assert from "node:assert/strict";
import { exportText } from "../../../../export/command";

describe("the text of an export", () => {
  it("says on a screen what is where, and what next", () => {
    const saved = {
      files: [{ path: "a.yml", state: "written" as const }],
      deleted: ["b.yml"],
      left: ["c.yml"],
    };
    assert.equal(
      exportText("kustomize", saved, "out", ["`kubectl kustomize OVERLAY`"]),
      `1 file for kustomize
  √ out/a.yml: written
  √ out/b.yml: deleted, left over from an earlier export
  ! out/c.yml: left over from an earlier export, and changed since: delete it yourself

Next:
  - \`kubectl kustomize OVERLAY\`
`,
    );
  });
});
