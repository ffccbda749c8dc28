import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { keyMatchesCertificate, readCertificate } from "../../x509";
import { countersign } from "./people";
import { TestStack } from "./stack";
import { nearlyExpire } from "./time";

const sections = (server: object) => ({
  authority: {
    subject: { commonName: "Greeter CA" },
    generations: { g1: { state: "signing" } },
  },
  choreo: {
    project: "greeter",
    target: { console: {} },
    components: {
      "greeter-server": { server },
      "greeter-client": {
        client: { identity: "greeter", calls: { "greeter-server": "GREETER_SERVER_URL" } },
      },
    },
  },
});
const URL = "http://greeter-server-3781140846:8443/greeter";

describe("a Choreo project for the console", function () {
  this.timeout(900_000);
  let stack: TestStack;
  const certificate = "replace LocallySignedCert choreo-greeter-server-certificate";

  before(async () => {
    stack = await TestStack.create("choreo-console", sections({}));
  });

  it("waits, and is deployed when the project URL is known", async () => {
    const { stdout } = await stack.run(["up", "--yes", "--skip-preview"]);
    assert.match(stdout, /Choreo greeter-server waits: its host is known only after/);
    await stack.configure(sections({ projectUrl: URL }));
    await stack.up();
    await stack.assertSettled();
  });

  it("is exported with keys that are unencrypted nowhere else", async () => {
    const who = { folder: stack.directory, environment: stack.environment };
    const printed = [
      await countersign(who, "choreo", "plan", "--stack", stack.name),
      await countersign(who, "choreo", "export", "--stack", stack.name, "--to", "exported"),
      (await stack.run(["stack", "output", "--json"])).text,
      JSON.stringify(await stack.state()),
    ];
    assert.ok(printed.every((text) => !text.includes("PRIVATE KEY")));
    const read = (name: string) =>
      readFileSync(join(stack.directory, "exported", "greeter-server", "tls", name), "utf8");
    assert.ok(keyMatchesCertificate(read("server.key"), read("server.crt")));
    assert.deepEqual(readCertificate(read("server.crt")).dnsNames, ["greeter-server-3781140846"]);
  });

  it("renews certificates that are due in one up, as previewed", async () => {
    await nearlyExpire(stack, "choreo-greeter-server-certificate");
    assert.deepEqual(await stack.preview(), [certificate]);
    assert.deepEqual((await stack.up()).changes, [certificate]);
    await stack.assertSettled();
  });

  it("is refused without the URL that was deployed", async () => {
    await stack.configure(sections({}));
    assert.match(await stack.refusal(), /projectUrl: is missing, but greeter-server is deployed/);
  });
});
