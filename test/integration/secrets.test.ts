import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { configMapsIn, helmHistory, list } from "./api";
import { consortium } from "./example";
import { TestStack } from "./stack";
import { StackSecrets } from "./stack-secrets";
import { nearlyExpire } from "./time";

const PREFIX = "secrets";
const NAMESPACES = ["secrets-orchestrator", "secrets-org-1"];
const small = consortium(PREFIX, ["MyOrg1MSP"]);
/** The secret that a chart takes only as a value. */
const REGISTRY = "my-org1-msp.haSharedSecret";
const grown = consortium(PREFIX, ["MyOrg1MSP", "MyOrg2MSP"]);

describe("no private key and no password", function () {
  this.timeout(900_000);
  let stack: TestStack;
  let secrets: StackSecrets;

  before(async () => {
    stack = await TestStack.create(PREFIX, small, { apart: true });
    await stack.up();
    secrets = await StackSecrets.of(stack);
  });

  it("is missing from the ones that these tests search for", async () => {
    assert.deepEqual(
      secrets.names.filter((name) => !/\.(privateKeyPem|privateKeyOpenssh|bcryptHash)$/.test(name)),
      [
        "ca-g1-key.privateKeyPemPkcs8",
        "database-passwords-seed.result",
        "my-org1-msp-database.DATABASE_PASSWORD",
        "my-org1-msp-key.privateKeyPemPkcs8",
        REGISTRY,
        "orchestrator-database-password.result",
        "orchestrator-database.DATABASE_PASSWORD",
        "orchestrator-key.privateKeyPemPkcs8",
      ],
    );
    assert.deepEqual(secrets.foundIn(JSON.stringify(await stack.decryptedState())), secrets.names);
  });

  it("is printed by up", () => {
    secrets.assertNoneIn(stack.printed.join("\n"));
  });

  describe("is printed by a preview of renewals and of a new organization", () => {
    before(async () => {
      await nearlyExpire(stack, "orchestrator-certificate", "my-org1-msp-certificate");
      await stack.configure(grown);
    });
    after(() => stack.configure(small));

    for (const options of [[], ["--diff"], ["--json"], ["--diff", "--show-replacement-steps"]]) {
      it(["preview", ...options].join(" "), async () => {
        const { failed, text } = await stack.run(["preview", ...options]);
        assert.ok(!failed, text);
        assert.match(text, /orchestrator-server-pair/);
        secrets.assertNoneIn(text);
      });
    }
  });

  it("is printed with a chart's error", async () => {
    const values = { service: { type: "Nothing" } };
    await stack.configure({ ...small, orchestrator: { ...small.orchestrator, values } });
    secrets.assertNoneIn(await stack.refusal());
    await stack.configure(small);
  });

  it("is an output", async () => {
    secrets.assertNoneIn(JSON.stringify(await stack.outputs()));
  });

  it("is unencrypted in the state", async () => {
    secrets.assertNoneIn(JSON.stringify(await stack.state()));
  });

  it("is unencrypted in the backend's files: state, backups, history", () => {
    const backend = join(stack.directory, "state");
    const entries = readdirSync(backend, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    assert.ok(files.some(({ name }) => name === `${PREFIX}.json`));
    for (const { parentPath, name } of files) {
      secrets.assertNoneIn(readFileSync(join(parentPath, name), "utf8"));
    }
  });

  it("is in Helm's release records, except the one that a chart takes only as a value", async () => {
    for (const namespace of NAMESPACES) {
      const expected = namespace === "secrets-org-1" ? [REGISTRY] : [];
      for (const { record } of await helmHistory(namespace))
        assert.deepEqual(secrets.foundIn(record), expected);
    }
  });

  it("is in a ConfigMap or in a pod", async () => {
    for (const namespace of NAMESPACES) {
      secrets.assertNoneIn(JSON.stringify(await configMapsIn(namespace)));
      secrets.assertNoneIn(JSON.stringify(await list(`/api/v1/namespaces/${namespace}/pods`)));
    }
  });
});
