import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandsOf, countersign } from "../../../cli/main";

describe("shell completion", () => {
  const home = process.cwd();
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-completion-"));
    for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.org-1.yaml", "notes.md"])
      writeFileSync(join(folder, file), "");
    mkdirSync(join(folder, "received", "MyOrg2MSP"), { recursive: true });
    process.chdir(folder);
  });
  after(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });

  it("names the commands, and those below them", async () => {
    const commands = countersign("1.2.3").commands.map((command) => command.name());
    const completed = await valuesFor("");
    for (const command of commands)
      assert.equal(completed.includes(command), command !== "complete");
    assert.deepEqual(await valuesFor("enroll", "ex"), ["export"]);
  });

  it("names every option of every command", async () => {
    for (const command of commandsOf(countersign("1.2.3"))) {
      const path: string[] = [];
      for (let each = command; each.parent; each = each.parent) path.unshift(each.name());
      if (path.length === 0 || path[0] === "complete") continue;
      const options = command.options.map(({ long }) => long);
      const completed = await valuesFor(...path, "--");
      for (const option of options) assert.ok(completed.includes(option ?? ""), path.join(" "));
    }
  });

  it("names the values that an option takes", async () => {
    assert.deepEqual(await valuesFor("report", "--format", ""), ["markdown", "json", "text"]);
  });

  it("names examples of waves", async () => {
    assert.deepEqual(await valuesFor("fleet", "up", "--waves", ""), ["1,10%,rest", "1,rest"]);
  });

  it("names the stacks that have a file here", async () => {
    assert.deepEqual(await valuesFor("verify", "--stack", ""), ["dev", "org-1"]);
    assert.deepEqual(await valuesFor("verify", "-s", "o"), ["org-1"]);
    assert.deepEqual(await valuesFor("fleet", "up", "--select", "d"), ["dev"]);
  });

  it("names files and folders where one is to be named", async () => {
    assert.deepEqual(await valuesFor("verify", "--outputs", "no"), ["notes.md"]);
    assert.deepEqual(await valuesFor("enroll", "import", "rec"), ["received"]);
    assert.deepEqual(await valuesFor("enroll", "import", "received/"), ["received/MyOrg2MSP"]);
    assert.deepEqual(await valuesFor("choreo", "export", "--to", "./rec"), ["./received"]);
    assert.deepEqual(await valuesFor("choreo", "export", "--to", "missing/"), []);
  });

  for (const shell of ["bash", "zsh", "fish", "powershell"])
    it(`prints a script for ${shell} that asks the command`, async () => {
      assert.match(await printed("completion", shell), /countersign complete .?--/);
    });
});

/** Completions of the last word. */
async function valuesFor(...words: string[]): Promise<string[]> {
  const lines = (await printed("complete", "--", ...words)).split("\n");
  return lines.filter((line) => !/^(:\d+)?$/.test(line)).map((line) => line.split("\t")[0] ?? "");
}

/** Everything that the command prints. */
async function printed(...args: string[]): Promise<string> {
  const { argv } = process;
  const { log } = console;
  const lines: string[] = [];
  process.argv = [argv[0] ?? "", "countersign", ...args];
  console.log = (line: string) => void lines.push(line);
  try {
    await countersign("1.2.3").parseAsync();
  } finally {
    process.argv = argv;
    console.log = log;
  }
  return lines.join("\n");
}
