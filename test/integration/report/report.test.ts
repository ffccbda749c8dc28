import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CASES, FIRST_CASE, LATER_CASES, PREFIX, WAITING, WAITING_CASE } from "./cases";
import { WITH_SECOND_GENERATION, type Case } from "./cases";
import { assertGolden } from "./golden";
import { PASSWORDS, Scene } from "./scene";
import { TestStack } from "../stack";
import { StackSecrets } from "../stack-secrets";

const COMMAND = resolve("cli", "countersign.cjs");

/** What the command came to. */
interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe("countersign report", function () {
  this.timeout(120_000);
  let scene: Scene;
  /** Everything that was written, to be searched for secrets. */
  const written: string[] = [];

  before(async () => {
    scene = await Scene.create(PREFIX);
  });

  /** Runs the command over a saved preview. */
  async function report(stack: TestStack, preview: string, ...args: string[]): Promise<Outcome> {
    const folder = join(stack.directory, "reports");
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "preview.json");
    writeFileSync(file, preview);
    const outcome = await run(stack, ["--preview", file, "--base", "HEAD", ...args]);
    written.push(outcome.stdout, outcome.stderr);
    return outcome;
  }

  async function assertReported({ name }: Case, stack: TestStack, preview: string): Promise<void> {
    const at = new Date();
    const time = ["--at", at.toISOString()];
    const [markdown, json, text] = await Promise.all(
      ["markdown", "json", "text"].map((format) =>
        report(stack, preview, ...time, "--format", format),
      ),
    );
    for (const outcome of [markdown, json, text]) {
      assert.deepEqual([outcome?.status, outcome?.stderr], [0, ""]);
    }
    assertGolden(`${name}.md`, markdown?.stdout ?? "", at);
    assertGolden(`${name}.txt`, text?.stdout ?? "", at);
    const again = await report(stack, preview, ...time);
    assert.equal(again.stdout, markdown?.stdout);
    const { format } = JSON.parse(json?.stdout ?? "") as { format: number };
    assert.equal(format, 1);
  }

  const tells = (each: Case) => {
    it(`tells: ${each.title}`, () =>
      scene.during(each, (preview) => assertReported(each, scene.stack, preview)));
  };

  tells(FIRST_CASE);

  describe("of a stack that is deployed", () => {
    before(() => scene.deploy());
    for (const each of CASES) tells(each);
  });

  describe("of a stack that trusts a second CA generation", () => {
    before(() => scene.deploy(WITH_SECOND_GENERATION));
    for (const each of LATER_CASES) tells(each);
  });

  it(`tells: ${WAITING_CASE.title}`, async () => {
    const stack = await TestStack.create(`${PREFIX}-waiting`, WAITING);
    await stack.up();
    const { stdout } = await stack.run(["preview", "--json", "--show-sames"]);
    await assertReported(WAITING_CASE, stack, stdout);
  });

  it("shows no private key and no password, in any form", async () => {
    const secrets = await StackSecrets.of(scene.stack);
    assert.ok(secrets.names.length > 5);
    const all = written.join("\n");
    secrets.assertNoneIn(all);
    for (const password of PASSWORDS) {
      for (const form of ["utf8", "base64", "hex"] as const) {
        const traced = Buffer.from(password).toString(form).replace(/=+$/, "");
        assert.ok(!all.includes(traced), form);
      }
    }
    assert.ok(!all.includes("PRIVATE KEY"));
  });
});

function run({ directory, environment }: TestStack, args: readonly string[]): Promise<Outcome> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [COMMAND, "report", ...args],
      { cwd: directory, env: { ...process.env, ...environment }, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        const status = error === null ? 0 : Number(error.code);
        done({ status, stdout, stderr });
      },
    );
  });
}
