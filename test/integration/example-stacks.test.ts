import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { workbench } from "./workbench";

const root = resolve(__dirname, "..", "..");
const EXAMPLE = "examples/stack-per-organization";
const command = join(root, "cli", "countersign.cjs");

/** Somebody with a clone of the repository, a backend and a passphrase. */
interface Person {
  /** The example's folder in the clone. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

describe(`the stacks of ${EXAMPLE}`, function () {
  this.timeout(300_000);
  /** Has the consortium's stack and org-1's. */
  let consortium: Person;
  /** Has org-2's. */
  let second: Person;

  before(async () => {
    consortium = await person("example-consortium");
    second = await person("example-second");
  });

  it("make keys and requests first, and say what they wait for", async () => {
    await pulumi(consortium, "stack", "init", "consortium");
    const first = await up(consortium, "org-1");
    assert.match(first, /MyOrg1MSP waits: stack organization\/countersign\/consortium publishes/);
    const other = await up(second, "org-2");
    assert.match(
      other,
      /MyOrg2MSP waits: there is no file enrollments\/MyOrg2MSP\/certificate\.pem/,
    );
  });

  it("have org-2's request reviewed as a file", async () => {
    await countersign(second, "enroll", "export", "--stack", "org-2");
    assert.deepEqual(readdirSync(join(second.folder, "enrollments", "MyOrg2MSP")), ["request.pem"]);
    const screen = await takeIn(second, consortium, "consortium");
    assert.match(screen, /subject +O=MyOrg2MSP, CN=substra\.org-2\.example/);
    assert.ok(existsSync(join(consortium.folder, "enrollments", "MyOrg2MSP", "request.pem")));
  });

  it("have both requests signed in one up, and org-2's answer carried back", async () => {
    const text = await up(consortium, "consortium");
    assert.doesNotMatch(text, /waits:/);
    await countersign(consortium, "enroll", "export", "--stack", "consortium", "MyOrg2MSP");
    const screen = await takeIn(consortium, second, "org-2");
    assert.match(screen, /certificate\.pem/);
    assert.deepEqual(readdirSync(join(second.folder, "enrollments", "MyOrg2MSP")).sort(), [
      "certificate.pem",
      "consortium.yaml",
      "request.pem",
      "trust.pem",
    ]);
  });

  it("deploy, and work together", async () => {
    await up(consortium, "org-1");
    await up(second, "org-2");
    const outputs = join(consortium.folder, "org-2.json");
    await pulumi(second, "stack", "output", "--json", "--stack", "org-2").then((text) =>
      writeFileSync(outputs, text),
    );
    const text = await countersign(
      consortium,
      ...["verify", "--stack", "consortium", "--stack", "org-1", "--outputs", outputs],
    );
    assert.match(text, /\d+ checks: all hold\.\n$/);
    assert.match(text, /accepted: a call as MyOrg1MSP/);
    assert.match(text, /accepted: a call as MyOrg2MSP/);
  });
});

/** Clones the example, as far as it matters. */
async function person(name: string): Promise<Person> {
  const { directory, environment } = await workbench();
  const clone = join(directory, name);
  const folder = join(clone, EXAMPLE);
  const backend = join(clone, "state");
  mkdirSync(backend, { recursive: true });
  for (const file of ["program.cjs", "package.json", "node_modules", "charts"]) {
    symlinkSync(join(root, file), join(clone, file));
  }
  cpSync(join(root, EXAMPLE), folder, { recursive: true });
  return {
    folder,
    environment: {
      ...environment,
      PULUMI_BACKEND_URL: `file://${backend}`,
      PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
    },
  };
}

/** Gives one person's files to another, who reviews them and takes them in. */
async function takeIn(from: Person, to: Person, stack: string): Promise<string> {
  const received = join(to.folder, "received");
  cpSync(join(from.folder, "enrollments", "MyOrg2MSP"), received, { recursive: true });
  return countersign(to, "enroll", "import", "received", "--stack", stack);
}

async function up(who: Person, stack: string): Promise<string> {
  await pulumi(who, "stack", "select", "--create", stack);
  return pulumi(who, "up", "--yes", "--skip-preview", "--color=never");
}

const pulumi = (who: Person, ...args: string[]) =>
  run(who, "pulumi", [...args, "--non-interactive"]);

const countersign = (who: Person, ...args: string[]) =>
  run(who, process.execPath, [command, ...args]);

/** @returns what a command prints; it must succeed. */
function run({ folder, environment }: Person, program: string, args: string[]): Promise<string> {
  return new Promise((done, fail) => {
    execFile(
      program,
      args,
      { cwd: folder, env: { ...process.env, ...environment }, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        if (error) fail(new Error(`${args.join(" ")}: ${stderr}${stdout}`));
        else done(stdout);
      },
    );
  });
}
