import assert from "node:assert/strict";
import { explain } from "../../../command/pulumi";

describe("what the Pulumi CLI says when it fails", () => {
  const said =
    "error: failed to decrypt: incorrect passphrase, please set PULUMI_CONFIG_PASSPHRASE";

  it("is one line", () => {
    assert.equal(explain("warning: x\n  error: y\n"), "warning: x error: y");
    assert.equal(explain(" \n"), "it printed nothing");
  });

  it("comes with what helps where a stack has a passphrase of its own", () => {
    assert.equal(
      explain(`${said}\n`),
      `${said}. If its passphrase or key differs from the one in this environment, run \`pulumi stack output --json > FILE\` in the stack's own environment, and give --outputs FILE instead`,
    );
  });

  it("comes with what helps where a stack has a backend or project of its own", () => {
    for (const error of [
      "error: no stack named 'org-2' found",
      "error: if you're using the --stack flag, pass the fully qualified name (organization/project/stack)",
      "error: no Pulumi.yaml project file found",
    ]) {
      assert.equal(
        explain(error),
        `${error}. If its project or backend differs from that of this environment, run \`pulumi stack output --json > FILE\` in the stack's own environment, and give --outputs FILE instead`,
      );
    }
  });
});
