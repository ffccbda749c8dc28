import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { GROUP, workloadCrd } from "./choreo/crd";
import { installCrd, kubectl } from "./kubectl";
import { countersign, person, pulumi, run, up, type Person } from "./people";

const EXAMPLE = "examples/choreo";
const PAGE = resolve(__dirname, "..", "..", "docs", "choreo.md");
const SERVER = "countersign:choreo.components.greeter-server.server";

describe(`the stacks of ${EXAMPLE}`, function () {
  this.timeout(300_000);
  let who: Person;

  before(async () => {
    await installCrd(`workloads.${GROUP}`, workloadCrd());
    who = await person("example-choreo", EXAMPLE);
  });

  describe("console", () => {
    const report = async () => excerptOf(await countersign(who, "report", "--stack", "console"));
    const showsOnPage = (text: string) => {
      const shown = text.replace(/^/gm, "> ").replace(/ +$/gm, "");
      assert.ok(readFileSync(PAGE, "utf8").includes(shown), `${PAGE} does not show:\n${shown}`);
    };

    it("waits for the server's host, as docs/choreo.md shows it", async () => {
      await pulumi(who, "stack", "select", "--create", "console");
      showsOnPage(await report());
      await up(who, "console");
      const text = await countersign(who, "verify", "--stack", "console");
      assert.match(text, /^Choreo greeter-server\n {2}! waiting: it waits: its host is known/m);
    });

    it("is deployed when it is known, and all that is checked holds", async () => {
      const url = "http://greeter-server-3781140846:8443/greeter";
      await run(who, "pulumi", [
        ...["config", "set", "--stack", "console", "--path", `${SERVER}.projectUrl`, url],
      ]);
      showsOnPage(await report());
      await up(who, "console");
      const text = await countersign(who, "verify", "--stack", "console");
      assert.match(text, /√ accepted: greeter-client as greeter-client gets in/);
      assert.match(text, /checks: all hold\.\n$/);
    });

    it("is exported for people, and again when a component is gone", async () => {
      const target = ["--stack", "console", "--to", "exported"];
      await countersign(who, "choreo", "export", ...target);
      const key = join(who.folder, "exported", "greeter-client", "tls", "client.key");
      assert.equal(statSync(key).mode & 0o777, 0o600);
      await run(who, "pulumi", [
        ...["config", "set", "--stack", "console", "--path", `${SERVER}.clients`, "tls"],
      ]);
      showsOnPage(await report());
      await up(who, "console");
      const text = await countersign(who, "choreo", "export", ...target);
      assert.match(text, /√ exported\/greeter-client\/tls\/client\.key: deleted, of an earlier/);
    });
  });

  describe("openchoreo", () => {
    it("is not exported for people", async () => {
      await up(who, "openchoreo");
      await assert.rejects(
        countersign(who, "choreo", "export", "--stack", "openchoreo", "--to", "exported"),
        /nothing is entered by hand with the target openchoreo: the Workloads are deployed/,
      );
    });

    it("is deployed, and all that is checked holds", async () => {
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
});

/** What the page shows of a report: its headline, and how servers change. */
function excerptOf(report: string): string {
  const [headline = ""] = /^\*\*.*\*\*$/m.exec(report) ?? [];
  const [, servers] = /^## Servers\n\n(.*?)\n\n##/ms.exec(report) ?? [];
  return servers === undefined ? headline : `${headline}\n\n${servers}`;
}
