import assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { countersign, person, pulumi, up, type Person } from "./people";

const EXAMPLE = "examples/stack-per-organization";

describe(`the stacks of ${EXAMPLE}`, function () {
  this.timeout(300_000);
  /** Has the consortium's stack and org-1's. */
  let consortium: Person;
  /** Has org-2's. */
  let second: Person;

  before(async () => {
    consortium = await person("example-consortium", EXAMPLE);
    second = await person("example-second", EXAMPLE);
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

/** Gives one person's files to another, who reviews them and takes them in. */
async function takeIn(from: Person, to: Person, stack: string): Promise<string> {
  const received = join(to.folder, "received");
  cpSync(join(from.folder, "enrollments", "MyOrg2MSP"), received, { recursive: true });
  return countersign(to, "enroll", "import", "received", "--stack", stack);
}
