import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { person, pulumi, type Person } from "./people";
import { Walk } from "./walk";

const EXAMPLE = "examples/stack-per-organization";

describe(`the stacks of ${EXAMPLE} with one backend and one cluster`, function () {
  this.timeout(900_000);
  let who: Person;

  before(async () => {
    who = await person("example-one-person", { apart: true });
    // Another test uses the namespaces of the example.
    const { clone } = who;
    clone.edit(
      `${EXAMPLE}/Pulumi.consortium.yaml`,
      "    hostname:",
      "    namespace: alone\n    hostname:",
    );
    for (const organization of ["org-1", "org-2"]) {
      const file = `${EXAMPLE}/Pulumi.${organization}.yaml`;
      clone.edit(file, `namespace: ${organization}`, `namespace: alone-${organization}`);
    }
    clone.useStandIns(EXAMPLE).commit();
  });

  it("are deployed by the commands of their README", async () => {
    const page = new Walk("examples/stack-per-organization/README.md");
    await page.next(who, ["cd "]);
    await page.next(who, ["npm install --no-save ../.."]);
    await page.next(who, ["pulumi stack init org-1 &&"]);
    const waiting = await page.next(who, ["pulumi up -s org-1 && pulumi up -s org-2"]);
    assert.match(waiting, /MyOrg1MSP waits: /);
    assert.match(waiting, /MyOrg2MSP waits: /);
    await page.next(who, ["npx countersign enroll export --stack org-2"]);
    await page.next(who, ["pulumi up -s consortium"]);
    await page.next(who, ["npx countersign enroll export --stack consortium"]);
    const deployed = await page.next(who, ["pulumi up -s org-1 && pulumi up -s org-2"]);
    assert.doesNotMatch(deployed, / waits: /);
    assert.match(await page.next(who, ["npx countersign verify"]), /\d+ checks: all hold\.\n$/);
    page.end();
  });

  it("are verified with one stack's outputs from a file", async () => {
    const outputs = await pulumi(who, "stack", "output", "--json", "--stack", "org-2");
    writeFileSync(join(who.folder, "org-2.json"), outputs);
    const page = new Walk("docs/verify.md", [1]);
    const text = await page.next(who, ["npx countersign verify --stack consortium"]);
    assert.match(text, /\d+ checks: all hold\.\n$/);
    assert.match(text, /accepted: a call as MyOrg1MSP/);
    assert.match(text, /accepted: a call as MyOrg2MSP/);
    page.end();
  });

  it("have changed no file of the repository except their own", () => {
    const stacks = ["consortium", "org-1", "org-2"];
    const files = stacks.map((stack) => `${EXAMPLE}/Pulumi.${stack}.yaml`);
    assert.deepEqual(who.clone.changed(), files);
  });
});
