import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { parse } from "yaml";

const STACK_FILES = ":(glob)**/Pulumi.*.yaml";

/** Returns a file as it would be committed: `pulumi stack init dev` rightly adds a salt to the one in the folder. */
function staged(file: string): string {
  return execFileSync("git", ["show", `:${file}`], { encoding: "utf8" });
}

describe("the stack files of this repository", () => {
  const listed = execFileSync("git", ["ls-files", "-z", "--", STACK_FILES], { encoding: "utf8" });
  const files = listed.split("\0").filter((file) => file !== "");

  it("are those of the README and of the examples", () => {
    assert.ok(files.includes("Pulumi.dev.yaml"), files.join());
    assert.ok(files.includes("examples/spinnaker/Pulumi.kustomize.yaml"), files.join());
  });

  for (const file of files) {
    it(`do not depend on one passphrase: ${file}`, () => {
      const keys = Object.keys(parse(staged(file)) as object);
      const bound = keys.filter((key) => ["encryptionsalt", "encryptedkey"].includes(key));
      assert.deepEqual(bound, [], `${file} was committed with what Pulumi adds for one passphrase`);
    });
  }
});
