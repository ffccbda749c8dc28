import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommanderError, Option } from "commander";
import { exportCommand, type Export, type ExportSource } from "../../../../export/command";
import { keys } from "../../x509/make-keys";
import { runExport } from "./run-export";

const EXPORT: Export = {
  target: "paper",
  purpose: "whoever reads",
  files: [
    { path: "public/a.txt", content: "a", isSecret: false },
    { path: "secret/b.txt", content: "b", isSecret: true },
  ],
  next: ["read it"],
};

const privateKey = () => String(keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }));

describe("the command export of a system", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "countersign-export-"))));
  afterEach(() => rmSync(directory, { recursive: true }));

  const run = (
    read: (source: ExportSource, to: string, options: { loud?: true }) => Promise<Export>,
    ...args: string[]
  ) => {
    const command = exportCommand<{ loud?: true }>({
      description: "Writes.",
      record: ".record.json",
      options: [new Option("--loud", "an option of its own")],
      read,
    }).exitOverride();
    command.configureOutput({ writeErr: () => undefined });
    return runExport(command, directory, { title: "outputs" }, ...args);
  };

  it("writes files, secret ones for their owner alone, and says what to do next", async () => {
    const { text, to } = await run(() => Promise.resolve(EXPORT));
    assert.equal(readFileSync(join(to, "public", "a.txt"), "utf8"), "a");
    assert.equal(statSync(join(to, "secret", "b.txt")).mode & 0o777, 0o600);
    assert.match(text, /^2 files for whoever reads\n/);
    assert.match(text, /\nNext:\n {2}- read it\n$/);
    assert.ok(statSync(join(to, ".record.json")).isFile());
  });

  it("says the same to programs, in one form for all systems", async () => {
    const { text, to, outputs } = await run(() => Promise.resolve(EXPORT), "--json");
    assert.deepEqual(JSON.parse(text), {
      origin: outputs,
      target: "paper",
      directory: to,
      files: [
        { path: "public/a.txt", state: "written" },
        { path: "secret/b.txt", state: "written" },
      ],
      deleted: [],
      left: [],
      next: ["read it"],
    });
  });

  it("hands the outputs, the directory and its own options to the system", async () => {
    let handed: unknown[] = [];
    const { to, outputs } = await run(({ origin, content }, where, { loud }) => {
      handed = [origin, content, where, loud];
      return Promise.resolve(EXPORT);
    }, "--loud");
    assert.deepEqual(handed, [outputs, { title: "outputs" }, to, true]);
  });

  it("refuses keys where it has a file of outputs, and writes nothing", async () => {
    await assert.rejects(
      run(async (source) => {
        await source.keys(() => Promise.resolve("a key"));
        return EXPORT;
      }),
      { name: "CannotCheck", message: /has no private keys.*give the stack with --stack/ },
    );
    assert.throws(() => statSync(join(directory, "out")));
  });

  it("refuses a private key in a file that is public, without a stack trace", async () => {
    const files = [{ path: "a.txt", content: privateKey(), isSecret: false }];
    await assert.rejects(
      run(() => Promise.resolve({ ...EXPORT, files })),
      { name: "CannotCheck", message: /a\.txt/ },
    );
  });

  for (const [what, args] of [
    ["a stack and a file of outputs", ["--stack", "dev"]],
    ["an option that there is not", ["--quiet"]],
    ["no directory", ["--to"]],
  ] as const) {
    it(`is used wrongly with ${what}`, async () => {
      await assert.rejects(
        run(() => Promise.resolve(EXPORT), ...args),
        (error) => error instanceof CommanderError && error.exitCode !== 0,
      );
    });
  }
});
