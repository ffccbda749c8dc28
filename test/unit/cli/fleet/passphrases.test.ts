import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CannotStart } from "../../../../cli/fleet/failure";
import { passphrasesOf } from "../../../../cli/fleet/pulumi-cli";

describe("passphrases of stacks", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-passphrases-"));
    writeFileSync(join(folder, "org-1"), "one", { mode: 0o600 });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("come from the environment if there is no folder", () => {
    const environment = { PULUMI_CONFIG_PASSPHRASE: "shared" };
    assert.deepEqual(passphrasesOf(undefined, ["org-1"], environment)("org-1"), {});
    assert.deepEqual(environment, { PULUMI_CONFIG_PASSPHRASE: "shared" });
  });

  it("come from files if they exist, and the environment's passphrase does not override them", () => {
    const environment: NodeJS.ProcessEnv = { PULUMI_CONFIG_PASSPHRASE: "shared" };
    const environmentOf = passphrasesOf(folder, ["org-1", "org-2"], environment);
    assert.deepEqual(environment, {});
    assert.deepEqual(environmentOf("org-1"), {
      PULUMI_CONFIG_PASSPHRASE_FILE: join(folder, "org-1"),
    });
    assert.deepEqual(environmentOf("org-2"), { PULUMI_CONFIG_PASSPHRASE: "shared" });
  });

  it("must not be readable by others", () => {
    chmodSync(join(folder, "org-1"), 0o640);
    assert.throws(
      () => passphrasesOf(folder, ["org-1"], {}),
      new CannotStart(
        `--passphrase-files: users other than its owner may access ${join(folder, "org-1")} (mode 640); run \`chmod 600\` on it`,
      ),
    );
  });

  it("are refused if the given folder does not exist", () => {
    assert.throws(() => passphrasesOf(join(folder, "none"), [], {}), /there is no folder .*none/);
  });
});
