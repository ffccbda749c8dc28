import assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { countersign, person, pulumi, type Person } from "./people";
import { Walk } from "./walk";

const EXAMPLE = "examples/stack-per-organization";

describe(`the stacks of ${EXAMPLE}, with the commands of docs/stack-per-organization.md`, function () {
  this.timeout(900_000);
  const page = new Walk("docs/stack-per-organization.md", [0, 1, 2]);
  /** The person with the consortium's stack; org-1's stack does not exist yet. */
  let consortium: Person;
  /** The person with org-2's stack. */
  let second: Person;

  before(async () => {
    consortium = await person("example-consortium", { at: EXAMPLE });
    second = await person("example-second", { at: EXAMPLE });
    for (const { clone } of [consortium, second]) clone.useStandIns(EXAMPLE).commit();
  });

  it("create keys and requests first, and report what they wait for", async () => {
    const text = await page.next(second, ["pulumi stack init org-2", "pulumi up"]);
    assert.match(
      text,
      /MyOrg2MSP waits: there is no file enrollments\/MyOrg2MSP\/certificate\.pem/,
    );
  });

  it("have org-2's request reviewed as a file", async () => {
    await page.next(second, ["npx countersign enroll export"]);
    assert.deepEqual(readdirSync(join(second.folder, "enrollments", "MyOrg2MSP")), ["request.pem"]);
    await page.next(consortium, ["pulumi stack init consortium"]);
    give(second, consortium);
    const screen = await page.next(consortium, ["npx countersign enroll import"]);
    assert.match(screen, /subject +O=MyOrg2MSP, CN=substra\.org-2\.example/);
    assert.ok(existsSync(join(consortium.folder, "enrollments", "MyOrg2MSP", "request.pem")));
  });

  it("have it signed, and the answer returned", async () => {
    const text = await page.next(consortium, ["pulumi preview", "pulumi up -s consortium"]);
    assert.doesNotMatch(text, /MyOrg2MSP waits:/);
    await page.next(consortium, ["npx countersign enroll export"]);
    give(consortium, second);
    const screen = await page.next(second, ["npx countersign enroll import"]);
    assert.match(screen, /certificate\.pem/);
    assert.deepEqual(readdirSync(join(second.folder, "enrollments", "MyOrg2MSP")).sort(), [
      "certificate.pem",
      "consortium.yaml",
      "request.pem",
      "trust.pem",
    ]);
  });

  it("deploy, and work together", async () => {
    await page.next(second, ["pulumi up"]);
    page.end();
    const outputs = join(consortium.folder, "org-2.json");
    const text = await pulumi(second, "stack", "output", "--json", "--stack", "org-2");
    writeFileSync(outputs, text);
    const verified = await countersign(
      consortium,
      ...["verify", "--stack", "consortium", "--outputs", outputs],
    );
    assert.match(verified, /accepted: a call as MyOrg2MSP/);
  });

  it("have changed no file of the repository except those of the stacks that were created", () => {
    assert.deepEqual(consortium.clone.changed(), [`${EXAMPLE}/Pulumi.consortium.yaml`]);
    assert.deepEqual(second.clone.changed(), [`${EXAMPLE}/Pulumi.org-2.yaml`]);
  });
});

/** Gives one person's files to another, who has to review and import them. */
function give(from: Person, to: Person): void {
  const received = join(to.folder, "received");
  cpSync(join(from.folder, "enrollments", "MyOrg2MSP"), received, { recursive: true });
}
