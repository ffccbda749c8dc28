import assert from "node:assert/strict";
import { CannotCheck } from "../../../../command/failure";
import { publicFiles } from "../../../../systems/spinnaker/export/export-command";
import { makeSpinnaker } from "../../verify/make-spinnaker";

const refused = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof CannotCheck, String(error));
  assert.match(error.message, message);
  return true;
};

describe("the paths of Spinnaker's files", () => {
  const paths = ["../a.yml", "/etc/a.yml", "a/../../b.yml", "a//b.yml", ".hidden", "a\\b", "a\nb"];
  for (const path of [...paths, "", "./a.yml"]) {
    it(`cannot lead elsewhere: ${JSON.stringify(path)}`, () => {
      const { stack } = makeSpinnaker("halyard", { services: { orca: {} } });
      assert.throws(
        () => publicFiles({ ...stack, files: { [path]: "" } }, "stack dev"),
        refused(/^stack dev has a file ".*", which is not a path below a directory: nothing was/),
      );
    });
  }

  it("are those of the stack, in order", () => {
    const { stack } = makeSpinnaker("halyard");
    const names = ["clouddriver", "dinghy", "gate", "orca"];
    assert.deepEqual(
      publicFiles(stack, "stack dev").map(({ path }) => path),
      [
        ...names.map((name) => `profiles/${name}-local.yml`),
        ...names.map((name) => `service-settings/${name}.yml`),
      ],
    );
  });

  it("do not exist before Spinnaker is deployed", () => {
    const { stack } = makeSpinnaker("halyard", { services: { orca: {} } });
    assert.throws(
      () => publicFiles({ ...stack, files: {} }, "stack dev"),
      refused(/^stack dev has no files of Spinnaker: run `pulumi up` first$/),
    );
  });
});
