import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { TEMPLATES, kinds, writeProject } from "../../cli/init/project";
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

  it("is a whole project once its package is installed", async () => {
    const project = join(folder, "whole");
    writeProject({ kind: "services", directory: project, stack: "dev", version });
    // As npm would: the package, and its dependencies beside it.
    const root = resolve(__dirname, "..", "..");
    mkdirSync(join(project, "node_modules"));
    symlinkSync(root, join(project, "node_modules", "countersign"));
    symlinkSync(join(root, "node_modules", "@pulumi"), join(project, "node_modules", "@pulumi"));
    const pulumi = async (...args: string[]) =>
      (await run("pulumi", args, { cwd: project, env: environment })).stdout;
    await pulumi("stack", "init", "dev");
    const { steps } = JSON.parse(await pulumi("preview", "--json")) as {
      steps: readonly { readonly op: string; readonly urn: string }[];
    };
    const created = steps.map(({ op, urn }) => `${op} ${urn.split("::").slice(-2).join(" ")}`);
    assert.ok(
      created.some((line) => /^create .*services:Service service-orders$/.test(line)),
      created.join("\n"),
    );
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
