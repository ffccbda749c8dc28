import assert from "node:assert/strict";
import { CommanderError } from "commander";
import { CannotCheck } from "../../../command/failure";
import { commandsOf, complaintOf, countersign, statusOf } from "../../../cli/main";

/** Returns the exit status of a call, and the first line that it printed. */
async function endOf(
  ...args: string[]
): Promise<{ readonly status: number; readonly said: string }> {
  const program = countersign("1.2.3");
  const printed: string[] = [];
  const keep = (text: string) => void printed.push(text);
  for (const command of commandsOf(program))
    command.configureOutput({ writeOut: keep, writeErr: keep });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    assert.ok(error instanceof CommanderError, String(error));
    return { status: statusOf(error), said: printed.join("").trim().split("\n")[0] ?? "" };
  }
  return assert.fail("it was taken");
}

describe("the command countersign", () => {
  it("prints its version", async () => {
    assert.deepEqual(await endOf("--version"), { status: 0, said: "1.2.3" });
  });

  const paths = commandsOf(countersign("1.2.3")).map((command) => {
    const path: string[] = [];
    for (let each = command; each.parent !== null; each = each.parent) path.unshift(each.name());
    return path;
  });
  for (const path of paths)
    it(`ends with status 2 if its arguments are wrong: ${["countersign", ...path].join(" ")}`, async () => {
      const { status, said } = await endOf(...path, "--no-such-option");
      assert.equal(status, 2);
      assert.match(said, /^error: (unknown option '--no-such-option'|required option )/);
    });

  it("reports errors without a stack trace, except for its own bugs", () => {
    assert.equal(complaintOf(new CannotCheck("there is no stack")), "there is no stack");
    assert.match(complaintOf(new TypeError("undefined")) ?? "", /^TypeError: undefined\n +at /);
  });
});
