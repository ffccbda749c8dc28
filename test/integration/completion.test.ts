import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";

const COMMAND = resolve(__dirname, "..", "..", "cli", "countersign.cjs");

/** Stands for the package bash-completion, of which the script uses one function. */
const WORDS = `
_get_comp_words_by_ref() {
  words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
  cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
}
countersign() { node "$COMMAND" "$@"; }
compopt() { :; }
source <(countersign completion bash)
`;

describe("completion in a real bash", function () {
  this.timeout(120_000); // the first start may compile the command

  const completed = (...words: string[]) => {
    const script = `${WORDS}
      COMP_WORDS=(countersign "$@") COMP_CWORD=$#
      complete -p countersign | grep --quiet __countersign_complete
      __countersign_complete
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { ...process.env, COMMAND };
    return execFileSync("bash", ["--norc", "-euc", script, "bash", ...words], {
      env,
      encoding: "utf8",
    }).split("\n");
  };

  it("completes commands, options and values", () => {
    assert.deepEqual(
      completed("ver").filter((line) => line !== ""),
      ["verify"],
    );
    assert.ok(completed("fleet", "").some((line) => line.startsWith("preview")));
    assert.ok(completed("report", "--format", "").some((line) => line.startsWith("markdown")));
    assert.ok(completed("verify", "--stack", "").some((line) => line.startsWith("dev")));
  });
});
