import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  changedStacks,
  removedStacks,
  type Project,
} from "../../../.github/scripts/changed-stacks";

const root = join(__dirname, "..", "..", "..");

const project: Project = {
  directory: "",
  stacks: [
    {
      name: "consortium",
      references: ["charts/orchestrator", "enrollments/MyOrg2MSP/request.pem"],
    },
    { name: "org-1", references: ["charts/substra-backend"] },
    { name: "org-2", references: ["charts/substra-backend", "enrollments/MyOrg2MSP"] },
  ],
};
const ALL = ["consortium", "org-1", "org-2"];

describe("the stacks that a change affects", () => {
  for (const [what, files, expected] of [
    ["nothing", [], []],
    ["a stack file", ["Pulumi.org-1.yaml"], ["org-1"]],
    [
      "stack files in another order",
      ["Pulumi.org-2.yaml", "Pulumi.org-1.yaml"],
      ["org-1", "org-2"],
    ],
    ["a deleted stack file", ["Pulumi.org-9.yaml"], []],
    ["another project's stack file", ["examples/x/Pulumi.org-1.yaml"], []],
    ["the project", ["Pulumi.yaml"], ALL],
    ["the program", ["index.ts"], ALL],
    ["a component", ["components/pki/certificate.ts"], ALL],
    ["the packages", ["package-lock.json"], ALL],
    ["an unknown folder", ["policies/leaf.ts"], ALL],
    ["documentation and tests", ["README.md", "docs/fleet.md", "test/unit/x.test.ts"], []],
    ["the command and the workflows", ["cli/main.ts", ".github/workflows/up.yml"], []],
    ["a system's program", ["systems/substra/program.ts"], ALL],
    [
      "a system's command",
      ["systems/substra/command.ts", "systems/choreo/verify/index.ts", "verify/check.ts"],
      [],
    ],
    ["a page beside the program", ["components/README.md"], []],
    ["a chart", ["charts/substra-backend/values.yaml"], ["org-1", "org-2"]],
    ["a chart that no stack names", ["charts/other/Chart.yaml"], []],
    ["a chart whose name has the same beginning", ["charts/orchestrator-2/Chart.yaml"], []],
    ["a page of a chart", ["charts/orchestrator/README.md"], ["consortium"]],
    ["a request", ["enrollments/MyOrg2MSP/request.pem"], ["consortium", "org-2"]],
    ["a certificate", ["enrollments/MyOrg2MSP/certificate.pem"], ["org-2"]],
    ["a request that no stack names", ["enrollments/MyOrg3MSP/request.pem"], []],
    ["documentation beside a stack file", ["docs/x.md", "Pulumi.consortium.yaml"], ["consortium"]],
  ] as const) {
    it(`${what}: ${expected.join(", ") || "none"}`, () => {
      assert.deepEqual(changedStacks(files, project), expected);
    });
  }

  it("counts the project's own folder if it is not the root", () => {
    const directory = "examples/own";
    const own = { ...project, directory };
    assert.deepEqual(changedStacks([`${directory}/Pulumi.org-1.yaml`], own), ["org-1"]);
    assert.deepEqual(changedStacks([`${directory}/program.cjs`], own), ALL);
    assert.deepEqual(changedStacks([`${directory}/README.md`], own), []);
    assert.deepEqual(changedStacks(["Pulumi.org-1.yaml", "examples/other/x.ts"], own), []);
    assert.deepEqual(changedStacks(["stack/deploy.ts"], own), ALL);
  });

  it("counts every file for a stack that names the root, and the program for all others too", () => {
    const own = { directory: "", stacks: [...project.stacks, { name: "all", references: [""] }] };
    assert.deepEqual(changedStacks(["docs/x.md"], own), ["all"]);
    assert.deepEqual(changedStacks(["charts/orchestrator/Chart.yaml"], own), ["consortium", "all"]);
    assert.deepEqual(changedStacks(["index.ts"], own), [...ALL, "all"]);
  });

  it("counts everything that the program is compiled from", () => {
    const text = readFileSync(join(root, "toolchain", "compiled.cjs"), "utf8");
    const sources = /program: \{[^}]*sources: (\[[^\]]*\])/.exec(text)?.[1];
    const settings = /SETTINGS = (\[[^\]]*\])/.exec(text)?.[1];
    assert.ok(sources !== undefined && settings !== undefined);
    const listed = [
      ...(JSON.parse(sources.replace(/,\s*\]/, "]")) as string[]),
      ...(JSON.parse(settings) as string[]),
    ];
    for (const path of [...listed, "toolchain/compiled.cjs", "program.cjs", "package.json"]) {
      assert.ok(existsSync(join(root, path)), path);
      const file = path.includes(".") ? path : `${path}/x.ts`;
      assert.deepEqual(changedStacks([file], project), ALL, path);
    }
  });

  it("recognizes deleted stack files", () => {
    const files = ["Pulumi.org-9.yaml", "Pulumi.org-1.yaml", "docs/Pulumi.x.yaml"];
    assert.deepEqual(removedStacks(files, project), ["org-9"]);
  });
});
