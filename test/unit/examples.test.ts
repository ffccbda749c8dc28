import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { version } from "../../package.json";

const EXAMPLES = "examples";

/** Returns the files of an example that are, or will be, committed. */
function filesOf(folder: string): string[] {
  const listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", listed, { cwd: folder, encoding: "utf8" }).split("\0");
  return files.filter((file) => file !== "");
}

describe("the examples, which can be copied out of this repository", () => {
  for (const name of readdirSync(EXAMPLES)) {
    const folder = join(EXAMPLES, name);
    const read = (file: string) => readFileSync(join(folder, file), "utf8");

    it(`are projects as countersign init writes them: ${name}`, () => {
      const { runtime, main } = parse(read("Pulumi.yaml")) as Record<string, unknown>;
      assert.deepEqual(runtime, { name: "nodejs", options: { typescript: false } });
      assert.equal(main, undefined);
      assert.deepEqual(JSON.parse(read("package.json")), {
        name,
        private: true,
        main: "node_modules/countersign/program.cjs",
        dependencies: { countersign: `^${version}` },
      });
    });

    it(`name no file of this repository: ${name}`, () => {
      const files = filesOf(folder).filter((file) => file !== "README.md");
      assert.deepEqual(
        files.filter((file) => read(file).includes("../")),
        [],
      );
    });
  }
});
