import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { TEMPLATES, kinds, writeProject } from "../../../cli/init";
import { version as current } from "../../../package.json";
import { load, type Sections } from "../config/make-config";

interface StackFile {
  readonly config: Readonly<Record<string, unknown>>;
}

/** Sections of a stack file, by their names below `countersign:`. */
function sectionsOf(text: string): Sections {
  const { config } = parse(text) as StackFile;
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace(/^countersign:/, ""), value]),
  );
}

describe("countersign init", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-init-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const init = (kind: string, options: object = {}) =>
    writeProject({ kind, directory: folder, stack: "dev", version: "1.2.3", ...options });
  const read = (file: string) => readFileSync(join(folder, file), "utf8");

  it("knows a kind of project for each role", () => {
    assert.deepEqual(kinds(), [
      "choreo",
      "choreo-connect",
      "consortium",
      "organization",
      "services",
      "spinnaker",
    ]);
  });

  for (const kind of kinds())
    it(`writes three files of a good project for ${kind}`, () => {
      const files = init(kind, { name: "Shop" });
      assert.deepEqual(files, ["Pulumi.dev.yaml", "Pulumi.yaml", "package.json"]);
      assert.deepEqual(readdirSync(folder).sort(), [...files].sort());
      const stack = read("Pulumi.dev.yaml");
      assert.match(
        stack,
        /^# yaml-language-server: \$schema=node_modules\/countersign\/config\/schema\.json\n#/,
      );
      load(sectionsOf(stack)); // also as an editor reads it
      const { name, description, runtime, ...others } = parse(read("Pulumi.yaml")) as Record<
        string,
        unknown
      >;
      assert.deepEqual(
        { name, runtime, others },
        {
          name: "Shop",
          runtime: { name: "nodejs", options: { typescript: false } },
          others: {},
        },
      );
      assert.match(String(description), /^[A-Z].{20}/);
      assert.deepEqual(JSON.parse(read("package.json")), {
        name: "shop",
        private: true,
        main: "node_modules/countersign/program.cjs",
        dependencies: { countersign: "^1.2.3" },
      });
    });

  it("names the project after its folder, and the stack file after the stack", () => {
    const directory = join(folder, "my shop");
    assert.deepEqual(init("services", { directory, stack: "prod" }), [
      "Pulumi.prod.yaml",
      "Pulumi.yaml",
      "package.json",
    ]);
    assert.equal(
      (parse(readFileSync(join(directory, "Pulumi.yaml"), "utf8")) as { name: string }).name,
      "my-shop",
    );
  });

  it("writes nothing if one of the files exists", () => {
    writeFileSync(join(folder, "package.json"), "mine");
    assert.throws(() => init("services"), {
      message: `nothing was written: ${join(folder, "package.json")} exists. Choose an empty folder with --to`,
    });
    assert.equal(read("package.json"), "mine");
    assert.ok(!existsSync(join(folder, "Pulumi.yaml")));
  });

  it("refuses a name that Pulumi does not accept", () => {
    assert.throws(() => init("services", { stack: "../dev" }), {
      message:
        '"../dev" cannot be the name of a stack: Pulumi accepts 1 to 100 letters, digits, hyphens, underscores and dots',
    });
    assert.throws(() => init("services", { name: "shop/eu" }), {
      message:
        '"shop/eu" cannot be the name of a project: Pulumi accepts 1 to 100 letters, digits, hyphens, underscores and dots. Choose one with --name',
    });
  });
});

describe("the templates for pulumi new", () => {
  for (const kind of kinds())
    it(`have placeholders, a description and this version: ${kind}`, () => {
      const read = (file: string) => readFileSync(join(TEMPLATES, kind, file), "utf8");
      const project = parse(read("Pulumi.yaml")) as {
        name: string;
        description: string;
        template: { displayName: string; description: string };
      };
      assert.equal(project.name, "${PROJECT}");
      assert.equal(project.description, "${DESCRIPTION}");
      assert.match(project.template.description, /^[A-Z].{20}/);
      assert.ok(read("package.json").includes(`"countersign": "^${current}"`));
    });
});
