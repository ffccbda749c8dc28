import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { installOpenChoreo } from "./choreo/crd";
import { ExternalSecrets } from "./choreo/external-secrets";
import { release } from "./choreo/releases";
import { kubectl } from "./kubectl";
import { countersign, person, run, up, type Person } from "./people";
import { Walk } from "./walk";

const EXAMPLE = "examples/choreo";
const PAGE = resolve(__dirname, "..", "..", "docs", "choreo.md");
const SERVER = "countersign:choreo.components.greeter-server.server";

describe(`the stacks of ${EXAMPLE}`, function () {
  this.timeout(900_000);
  let who: Person;

  before(async () => {
    await installOpenChoreo();
    who = await person("example-choreo");
  });

  describe("console, with the commands of its README", () => {
    const page = new Walk("examples/choreo/README.md");
    const report = async () => excerptOf(await countersign(who, "report", "--stack", "console"));
    const showsOnPage = (text: string) => {
      const shown = text.replace(/^/gm, "> ").replace(/ +$/gm, "");
      assert.ok(readFileSync(PAGE, "utf8").includes(shown), `${PAGE} does not show:\n${shown}`);
    };

    it("waits for the server's host, as docs/choreo.md shows it", async () => {
      await page.next(who, ["cd "]);
      await page.next(who, ["npm install --no-save ../..", "pulumi stack init console"]);
      showsOnPage(await report());
      await page.next(who, ["pulumi up -s console"]);
      const text = await countersign(who, "verify", "--stack", "console");
      assert.match(text, /^Choreo greeter-server\n {2}! waiting: it waits: its host is known/m);
    });

    it("is deployed when the host is known, and all checks hold", async () => {
      await page.next(who, ["pulumi config set -s console"]);
      const written = who.clone.read(`${EXAMPLE}/Pulumi.console.yaml`);
      const explained = new Walk("docs/choreo.md");
      await explained.next(who, ["pulumi config set --path"]);
      explained.end();
      assert.equal(who.clone.read(`${EXAMPLE}/Pulumi.console.yaml`), written);
      showsOnPage(await report());
      await page.next(who, ["pulumi up -s console"]);
      const text = await page.next(who, ["npx countersign verify"]);
      assert.match(text, /√ accepted: greeter-client as greeter-client gets in/);
      assert.match(text, /checks: all hold\.\n$/);
    });

    it("is exported for people, and again when a client no longer has a key", async () => {
      const target = ["--stack", "console", "--to", "exported"];
      assert.match(await page.next(who, ["npx countersign choreo plan"]), /greeter-client/);
      await page.next(who, ["npx countersign choreo export"]);
      page.end();
      const key = join(who.folder, "exported", "greeter-client", "tls", "client.key");
      assert.equal(statSync(key).mode & 0o777, 0o600);
      await run(who, "pulumi", [
        ...["config", "set", "--stack", "console", "--path", `${SERVER}.clients`, "tls"],
      ]);
      showsOnPage(await report());
      await up(who, "console");
      const text = await countersign(who, "choreo", "export", ...target);
      assert.match(
        text,
        /√ exported\/greeter-client\/tls\/client\.key: deleted, left over from an earlier/,
      );
    });
  });

  describe("openchoreo", () => {
    let external: ExternalSecrets;
    before(() => {
      external = new ExternalSecrets("shop");
    });
    after(() => external.stop());

    it("is not exported for users", async () => {
      await up(who, "openchoreo");
      await assert.rejects(
        countersign(who, "choreo", "export", "--stack", "openchoreo", "--to", "exported"),
        /nothing is entered by hand here: the stack deploys the Workloads/,
      );
    });

    it("is deployed, and all checks hold once an environment runs it", async () => {
      await release("shop", "development", "mail", "orders", "stock", "web");
      const text = await countersign(who, "verify", "--stack", "openchoreo");
      assert.match(text, /√ accepted: orders as orders gets in/);
      assert.match(text, /checks: all hold\.\n$/);
      const web = await kubectl([
        ...["get", "workloads.openchoreo.dev", "web", "--namespace", "shop"],
        ...["--output", "jsonpath={.spec.container.env[*].key}"],
      ]);
      assert.equal(web, "LOG_LEVEL CERT_FILE_PATH KEY_FILE_PATH CA_CERT_FILE_PATH ORDERS_URL");
    });
  });

  // In its own suite, because Mocha runs the tests of a suite before the suites in it.
  describe("when everything is done", () => {
    it("have changed no files of the repository except their own", () => {
      const files = ["console", "openchoreo"].map((stack) => `${EXAMPLE}/Pulumi.${stack}.yaml`);
      assert.deepEqual(who.clone.changed(), files);
    });
  });
});

/** Returns the parts of a report that the page shows: its headline, and the changes of servers. */
function excerptOf(report: string): string {
  const [headline = ""] = /^\*\*.*\*\*$/m.exec(report) ?? [];
  const [, servers] = /^## Servers\n\n(.*?)\n\n##/ms.exec(report) ?? [];
  return servers === undefined ? headline : `${headline}\n\n${servers}`;
}
