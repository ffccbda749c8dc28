import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { TEMPLATES, kinds, writeProject } from "../../cli/init";
import { version } from "../../package.json";
import { workbench } from "./workbench";

const run = promisify(execFile);

describe("a template", function () {
  this.timeout(300_000);
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    const bench = await workbench();
    folder = mkdtempSync(join(bench.directory, "templates-"));
    environment = {
      ...process.env,
      ...bench.environment,
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "only for this test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const kind of kinds())
    it(`gives the same project by pulumi new as by countersign init: ${kind}`, async () => {
      const [byPulumi, byInit] = [join(folder, `${kind}-new`), join(folder, `${kind}-init`)];
      const { description } = (
        parse(readFileSync(join(TEMPLATES, kind, "Pulumi.yaml"), "utf8")) as {
          template: { description: string };
        }
      ).template;
      const flags = ["--generate-only", "--yes", "--name", "shop", "--description", description];
      await run("pulumi", ["new", join(TEMPLATES, kind), "--dir", byPulumi, ...flags], {
        env: environment,
      });
      writeProject({ kind, directory: byInit, name: "shop", stack: "dev", version });
      assert.deepEqual(contentOf(byPulumi), contentOf(byInit));
    });
});

/** Files of a folder by name; those in YAML and JSON as data, because Pulumi writes them in its own way. */
function contentOf(folder: string): object {
  return Object.fromEntries(
    readdirSync(folder).map((file): [string, unknown] => {
      const text = readFileSync(join(folder, file), "utf8");
      if (file.startsWith("Pulumi.dev")) return [file, text];
      const { config, ...project } = parse(text) as Record<string, unknown>;
      // Pulumi notes the template that it used, and nothing else.
      if (config !== undefined) assert.deepEqual(Object.keys(config as object), ["pulumi:tags"]);
      return [file, project];
    }),
  );
}
