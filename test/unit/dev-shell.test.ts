import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const CONFIG = "# Ours.\nconfig:\n  countersign:a: 1\n";
const SALT = "encryptionsalt: v1:machine\n";

/**
 * A stand-in for the CLI: it prints its arguments and its configuration, and `config set` adds a line to the
 * configuration.
 */
const CLI = `#!/bin/sh
case "$*" in *--show-name) echo "$SELECTED"; exit ;; esac
echo "$@"
[ -z "\${PULUMI_OPTION_CONFIG_FILE-}" ] || cat "$PULUMI_OPTION_CONFIG_FILE"
[ "$1 $2" != "config set" ] || echo "  countersign:b: 2" >>"$PULUMI_OPTION_CONFIG_FILE"
exit 7
`;

describe("pulumi in a shell with make env", () => {
  let root: string;
  let path: string;

  before(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-shell-")));
    const bin = join(root, "local", "dev", "bin");
    const real = join(root, "real");
    for (const folder of [bin, real, join(root, "examples/own"), join(root, ".countersign/state")])
      mkdirSync(folder, { recursive: true });
    copyFileSync("local/dev/bin/pulumi", join(bin, "pulumi"));
    writeFileSync(join(real, "pulumi"), CLI);
    chmodSync(join(real, "pulumi"), 0o755);
    writeFileSync(join(root, "Pulumi.yaml"), "");
    writeFileSync(join(root, "examples/own/Pulumi.yaml"), "");
    path = [bin, real, process.env.PATH].join(delimiter);
  });
  beforeEach(() => {
    writeFileSync(join(root, "Pulumi.dev.yaml"), CONFIG);
    writeFileSync(join(root, ".countersign/Pulumi.dev.yaml"), `config: {}\n${SALT}`);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const committed = () => readFileSync(join(root, "Pulumi.dev.yaml"), "utf8");

  function pulumi(args: string, environment: NodeJS.ProcessEnv = {}, folder = "."): string {
    const { status, stdout, stderr } = spawnSync("pulumi", args.split(" "), {
      cwd: join(root, folder),
      env: { PATH: path, PULUMI_BACKEND_URL: `file://${root}/.countersign/state`, ...environment },
      encoding: "utf8",
    });
    assert.equal(stderr, "");
    assert.equal(status, 7, "the CLI's own status");
    return stdout;
  }

  it("reads the current Pulumi.dev.yaml, with the salt of make up", () => {
    for (const args of [
      "preview --stack dev",
      "up -s dev --yes",
      "refresh --stack=dev",
      "dn -sdev",
    ])
      assert.equal(pulumi(args), `${args}\n${CONFIG}${SALT}`);
    const args = "config --stack organization/countersign/dev";
    assert.equal(pulumi(args), `${args}\n${CONFIG}${SALT}`);
    assert.equal(committed(), CONFIG);
  });

  it("also does so for the selected stack, from a subfolder, and with --cwd from elsewhere", () => {
    assert.match(pulumi("preview", { SELECTED: "dev" }), /v1:machine/);
    assert.match(pulumi("preview", { PULUMI_STACK: "dev" }), /v1:machine/);
    assert.match(pulumi("preview -s dev", {}, "local/dev"), /v1:machine/);
    assert.match(pulumi(`preview -s dev --cwd ${root}`, {}, "examples/own"), /v1:machine/);
  });

  it("writes back what config changes, but no salt", () => {
    pulumi("config set --stack dev b 2");
    assert.equal(committed(), `${CONFIG}  countersign:b: 2\n`);
  });

  it("keeps the salt of somebody's own stack dev in the file, and does not use it", () => {
    const own = `${CONFIG}encryptionsalt: v1:own\n`;
    writeFileSync(join(root, "Pulumi.dev.yaml"), own);
    assert.equal(pulumi("preview -s dev"), `preview -s dev\n${CONFIG}${SALT}`);
    assert.equal(committed(), own);
    pulumi("config set --stack dev b 2");
    assert.equal(committed(), `${CONFIG}  countersign:b: 2\nencryptionsalt: v1:own\n`);
  });

  it("passes every other call on unchanged", () => {
    assert.equal(pulumi("preview -s org-1"), "preview -s org-1\n");
    assert.equal(pulumi("preview", { SELECTED: "org-1" }), "preview\n");
    assert.equal(pulumi("stack output -s dev"), "stack output -s dev\n");
    assert.equal(pulumi("up -s dev", {}, "examples/own"), "up -s dev\n");
    for (const PULUMI_BACKEND_URL of ["file:///elsewhere", "s3://elsewhere", undefined])
      assert.equal(pulumi("preview -s dev", { PULUMI_BACKEND_URL }), "preview -s dev\n");
    rmSync(join(root, ".countersign/Pulumi.dev.yaml"));
    assert.equal(pulumi("preview -s dev"), "preview -s dev\n");
  });
});
