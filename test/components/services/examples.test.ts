import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { runStack } from "../run-stack";
import { treeOf } from "../tree";

const FOLDER = "examples/services";

describe(`the stacks of ${FOLDER}`, () => {
  const files = readdirSync(FOLDER).filter((name) => /^Pulumi\..+\.yaml$/.test(name));

  it("are one for each recipe", () => {
    const pages = readdirSync("docs/recipes").filter((name) => name !== "README.md");
    assert.deepEqual(
      files.map((name) => name.replace(/^Pulumi\.(.+)\.yaml$/, "$1.md")).sort(),
      pages.sort(),
    );
  });

  for (const file of files)
    it(`deploy by themselves: ${file}`, async () => {
      const { config } = parse(readFileSync(join(FOLDER, file), "utf8")) as {
        config: Record<string, Record<string, unknown>>;
      };
      const sections = Object.fromEntries(
        Object.entries(config).map(([key, value]) => [key.replace("countersign:", ""), value]),
      );
      const { errors, resources } = await runStack(sections);
      assert.deepEqual(errors, []);
      const services = Object.keys(sections.services ?? {});
      const deployed = treeOf(resources).filter((line) => line.includes("services:Service "));
      assert.deepEqual(
        deployed.map((line) => line.replace(/^.* service-/, "")).sort(),
        services.sort(),
      );
    });
});
