import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readPlan, type Plan } from "../../../cli/report/plan";
import { renderJson } from "../../../cli/report/render/json";
import { renderMarkdown } from "../../../cli/report/render/markdown";
import { renderText } from "../../../cli/report/render/text";
import { reportOf } from "../../../cli/report/report";
import { linesOf } from "../../../cli/report/sources";
import { isUnknown } from "../../../cli/report/value";
import { TestStack } from "../stack";
import { StackSecrets, tracesOf } from "../stack-secrets";
import {
  CASES,
  FIRST_CASE,
  LATER_CASES,
  PREFIX,
  WAITING,
  WAITING_CASE,
  WITH_SECOND_GENERATION,
  type Case,
} from "./cases";
import { assertGolden } from "./golden";
import { GIVEN_SECRETS, PREVIEW, Scene } from "./scene";

const COMMAND = resolve("cli", "countersign.cjs");

describe("countersign report", function () {
  this.timeout(600_000);
  let scene: Scene;
  let waiting: TestStack | undefined;
  /** Everything that was printed, to be searched for secrets. */
  const written: string[] = [];

  before(async () => {
    scene = await Scene.create(PREFIX);
  });

  async function assertReported(each: Case, stack: TestStack, preview: string): Promise<void> {
    const plan = readPlan(preview, each.name);
    const at = new Date();
    const project = stack.directory;
    const made = await reportOf([plan], {
      at,
      project,
      base: "HEAD",
      charts: true,
      linesOf: (read) => linesOf(read, { folder: project }),
    });
    const [markdown, text, json] = [renderMarkdown(made), renderText(made), renderJson(made)];
    written.push(markdown, text, json);
    assertGolden(`${each.name}.md`, markdown, at);
    assertGolden(`${each.name}.txt`, text, at);
    assert.deepEqual(unknownInputs(plan), each.unknown ?? []);
  }

  const tells = (each: Case) => {
    it(`reports: ${each.title}`, () =>
      scene.during(each, (preview) => assertReported(each, scene.stack, preview)));
  };

  describe("of a stack that is not deployed", () => {
    tells(FIRST_CASE);

    it(`reports: ${WAITING_CASE.title}`, async () => {
      const stack = await TestStack.create(`${PREFIX}-waiting`, WAITING);
      await stack.up();
      const { stdout } = await stack.run(PREVIEW);
      await assertReported(WAITING_CASE, stack, stdout);
      waiting = stack;
    });
  });

  describe("of a stack that is deployed", () => {
    before(() => scene.deploy());
    for (const each of CASES) tells(each);
  });

  describe("of a stack that trusts a second CA generation", () => {
    before(() => scene.deploy(WITH_SECOND_GENERATION));
    for (const each of LATER_CASES) tells(each);
  });

  describe("as a command", () => {
    it("previews the stack itself, and prints the same twice, byte for byte", async () => {
      const args = ["--stack", scene.stack.name, "--at", "2026-01-05T12:00:00Z"];
      const [one, other] = [await run(scene.stack, args), await run(scene.stack, args)];
      assert.deepEqual([one.status, one.stderr], [0, ""]);
      assert.equal(one.stdout, other.stdout);
      assert.match(one.stdout, /\*\*Nothing changes\.\*\*/);
    });

    it("fails for findings that a gate names, and lists them", async () => {
      const [moved] = LATER_CASES;
      assert.ok(moved);
      await scene.during(moved, async (preview) => {
        const file = join(scene.stack.directory, "preview.json");
        writeFileSync(file, preview);
        const args = ["--preview", file, "--no-charts", "--json"];
        const passed = await run(scene.stack, [...args, "--fail-on", "breaking,destructive"]);
        assert.deepEqual([passed.status, passed.stderr], [0, ""]);
        const failed = await run(scene.stack, [...args, "--fail-on", "breaking,changes"]);
        assert.equal(failed.status, 1);
        assert.match(failed.stderr, /^changes: stack report: 3 certificates replaced/);
        written.push(passed.stdout, failed.stdout, failed.stderr);
      });
    });

    it("says why a preview is refused, with status 2", async () => {
      const refused = await TestStack.create(`${PREFIX}-refused`, {
        ...WAITING,
        unheardOf: {},
      });
      const { status, stdout, stderr } = await run(refused, ["--stack", refused.name]);
      assert.equal(status, 2);
      assert.match(stdout, /unheardOf/);
      assert.match(stderr, /countersign:unheardOf: is not a known section/);
    });
  });

  describe("with all of these", () => {
    it("shows no private key and no password, in any form", async () => {
      assert.ok(waiting);
      const all = written.join("\n");
      for (const stack of [scene.stack, waiting]) {
        const secrets = await StackSecrets.of(stack);
        assert.ok(secrets.names.some((name) => name.endsWith("-key.privateKeyPemPkcs8")));
        secrets.assertNoneIn(all);
      }
      for (const trace of GIVEN_SECRETS.flatMap(tracesOf)) {
        for (const form of ["utf8", "base64", "hex"] as const) {
          const traced = Buffer.from(trace).toString(form).replace(/=+$/, "");
          assert.ok(!all.includes(traced), form);
        }
      }
      assert.ok(!all.includes("PRIVATE KEY"));
    });

    it("and the search finds them where they are", async () => {
      const secrets = await StackSecrets.of(scene.stack);
      const state = JSON.stringify(await scene.stack.decryptedState());
      assert.deepEqual(secrets.foundIn(state), secrets.names);
      assert.ok(GIVEN_SECRETS.flatMap(tracesOf).some((trace) => state.includes(trace)));
    });
  });
});

/** Returns inputs of resources that a preview does not know, as `<resource>.<path>`. */
function unknownInputs({ resources }: Plan): string[] {
  return resources
    .flatMap(({ name, after }) => unknownIn(after?.inputs).map((path) => name + path))
    .sort();
}

function unknownIn(value: unknown): string[] {
  if (isUnknown(value)) return [""];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) =>
    unknownIn(inside).map((path) => `.${key}${path}`),
  );
}

/** The result of the command. */
interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run({ directory, environment }: TestStack, args: readonly string[]): Promise<Outcome> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [COMMAND, "report", ...args],
      { cwd: directory, env: { ...process.env, ...environment }, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        done({ status: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}
