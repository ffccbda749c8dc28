import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { PHASES, type Phase } from "../../components/spinnaker/phase";
import { countersign, person, pulumi, run, up, type Person } from "./people";
import { installOperatorsCrd, kubectl } from "./spinnaker/cluster";
import { Walk } from "./walk";

const EXAMPLE = "examples/spinnaker";
const SECTION = "countersign:spinnaker";
const PAGE = resolve(__dirname, "..", "..", "docs", "spinnaker.md");

describe(`the stacks of ${EXAMPLE}`, function () {
  this.timeout(900_000);
  let who: Person;

  before(async () => {
    await installOperatorsCrd("spinnaker.io");
    who = await person("example-spinnaker", { at: EXAMPLE });
  });

  describe("operator", () => {
    for (const phase of PHASES) {
      it(`reaches ${phase}, and all checks hold`, async () => {
        await configure("operator", phase);
        await up(who, "operator");
        const text = await countersign(who, "verify", "--stack", "operator", "--all");
        assert.match(text, /\d+ checks: all hold(, \d+ warnings?)?\.\n$/);
      });
    }

    it("can also be deployed by others: the export is accepted by an API server", async () => {
      await countersign(who, "spinnaker", "export", "--stack", "operator", "--to", "exported");
      const file = join(who.folder, "exported", "spinnakerservice.yml");
      assert.match(readFileSync(file, "utf8"), /client-auth: need/);
      await kubectl([
        "apply",
        "--server-side",
        "--dry-run=server",
        "--force-conflicts",
        "-f",
        file,
      ]);
    });
  });

  describe("kustomize", () => {
    const page = new Walk("examples/spinnaker/README.md");
    const showsOnPage = (report: string) => {
      const shown = quoted(excerpt(report));
      assert.ok(readFileSync(PAGE, "utf8").includes(shown), `${PAGE} does not show:\n${shown}`);
    };

    it("reaches prepare and tls with the commands of its README, as in docs/spinnaker.md", async () => {
      who.folder = who.clone.directory;
      await page.next(who, ["cd "]);
      await page.next(who, ["npm install --no-save ../..", "pulumi stack init kustomize"]);
      showsOnPage(await countersign(who, "report", "--stack", "kustomize"));
      await page.next(who, ["pulumi up -s kustomize"]);
      assert.match(await page.next(who, ["npx countersign verify"]), /checks: all hold/);
      await page.next(who, ["pulumi config set -s kustomize"]);
      showsOnPage(await page.next(who, ["npx countersign report"]));
      await page.next(who, ["pulumi up -s kustomize"]);
      page.end();
      await countersign(who, "verify", "--stack", "kustomize", "--all");
    });

    for (const phase of ["want", "need"] as const) {
      it(`reaches ${phase}, as in docs/spinnaker.md, and all checks hold`, async () => {
        await configure("kustomize", phase);
        showsOnPage(await countersign(who, "report", "--stack", "kustomize"));
        await up(who, "kustomize");
        const text = await countersign(who, "verify", "--stack", "kustomize", "--all");
        assert.match(text, /\d+ checks: all hold(, \d+ warnings?)?\.\n$/);
      });
    }

    it("goes back to prepare", async () => {
      await configure("kustomize", "prepare");
      await up(who, "kustomize");
      await countersign(who, "verify", "--stack", "kustomize");
    });

    it("is exported with its Secrets for another cluster, in files that only their owner can read", async () => {
      await countersign(
        who,
        "spinnaker",
        "export",
        "--stack",
        "kustomize",
        "--to",
        "mtls",
        "--secrets",
      );
      const folder = join(who.folder, "mtls");
      assert.ok(existsSync(join(folder, "kustomization.yml")));
      const secrets = join(folder, "secrets");
      assert.equal(statSync(secrets).mode & 0o777, 0o700);
    });
  });

  // In its own suite, because Mocha runs the tests of a suite before the suites in it.
  describe("at the end", () => {
    it("have changed no file of the repository except their own", () => {
      const files = ["kustomize", "operator"].map((stack) => `${EXAMPLE}/Pulumi.${stack}.yaml`);
      assert.deepEqual(who.clone.changed(), files);
    });
  });

  /** Makes one step, as its author does. */
  async function configure(stack: string, phase: Phase): Promise<void> {
    await pulumi(who, "stack", "select", "--create", stack);
    await run(who, "pulumi", [
      ...["config", "set", "--stack", stack, "--path", `${SECTION}.phase`, phase],
    ]);
    // Dinghy shows no certificate, so the services that it calls go no further than `want`.
    if (stack === "operator" && phase === "need") {
      for (const service of ["echo", "fiat", "front50", "orca"]) {
        await run(who, "pulumi", [
          ...["config", "set", "--stack", stack],
          ...["--path", `${SECTION}.exceptions.${service}`, "want"],
        ]);
      }
    }
  }
});

/** Returns the parts of a report that the page shows: its headline, and the changes of servers. */
function excerpt(report: string): string {
  const [headline = ""] = /^\*\*.*\*\*$/m.exec(report) ?? [];
  const [, servers] = /^## Servers\n\n(.*?)\n\n##/ms.exec(report) ?? [];
  return servers === undefined ? headline : `${headline}\n\n${servers}`;
}

/** Formats a text as a quotation in Markdown. */
function quoted(text: string): string {
  return text.replace(/^/gm, "> ").replace(/ +$/gm, "");
}
