import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const LIST = `
  require("./cli/main");
  process.stdout.write(JSON.stringify(Object.keys(require.cache)));
`;

describe("what the command loads when it starts", () => {
  const root = process.cwd();
  let loaded: readonly string[];
  before(function () {
    this.timeout(60_000);
    const args = ["--import", "tsx", "--eval", LIST];
    loaded = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as string[];
  });

  it("is its own code", () => {
    assert.ok(loaded.includes(join(root, "cli", "verify.ts")), loaded.join("\n"));
  });

  it("is nothing of Pulumi, also not by other files: only fleets run it", () => {
    assert.deepEqual(
      loaded.filter((file) => file.includes("/node_modules/@pulumi/")),
      [],
    );
  });

  it("is nothing of the program", () => {
    const program = /^(index\.ts|stack\/|systems\/[\w-]+\/program\.ts)/;
    const own = loaded.map((file) => file.slice(root.length + 1));
    assert.deepEqual(
      own.filter((file) => program.test(file)),
      [],
    );
  });
});
