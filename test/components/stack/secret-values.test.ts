import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isSecret, output, runtime, unsecret } from "@pulumi/pulumi";
import { loadConfig } from "../../../config";
import { PROGRAMS } from "../../../systems/programs";
import { substra } from "../../../systems/substra/system";
import { settingsOf, valuesOf } from "../../unit/config/make-config";
import { secretsOfStack, withSecrets } from "../../../stack/secret-values";

const PASSWORD = "open sesame";
const CONFIG = {
  authority: { subject: { commonName: "CA" }, generations: { g1: { state: "signing" } } },
  orchestrator: {
    channels: { mychannel: { organizations: ["MyOrg1MSP"] } },
    values: {
      orchestrator: { logLevel: "DEBUG", password: PASSWORD },
      list: [{ password: PASSWORD }],
    },
  },
  organizations: {
    MyOrg1MSP: { hostname: "substra.org-1.example", values: { redis: { password: PASSWORD } } },
  },
};
/** As it stands in the file. */
const ENCRYPTED = `
config:
  countersign:orchestrator:
    values:
      orchestrator:
        logLevel: DEBUG
        password:
          secure: v1:abc
      list:
        - password: { secure: v1:abc }
`;
const STACK = "secret-values";
const FILE = `Pulumi.${STACK}.yaml`;
const SECRET_KEYS = JSON.stringify(["countersign:orchestrator", "countersign:organizations"]);

describe("chart values that the configuration encrypts", () => {
  let directory: string;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "countersign-secret-values-"));
    await runtime.setMocks(
      { newResource: () => ({ id: "", state: {} }), call: () => ({}) },
      "countersign",
      STACK,
    );
  });
  after(() => rmSync(directory, { recursive: true }));

  const valuesWith = (secretKeys: string, folder = directory) => {
    const config = withSecrets(
      loadConfig(valuesOf(CONFIG), PROGRAMS),
      secretsOfStack(folder, secretKeys),
    );
    const settings = settingsOf(config, substra);
    return {
      orchestrator: settings?.orchestrator?.values as {
        orchestrator: { logLevel: unknown; password: unknown };
        list: unknown;
      },
      organization: settings?.organizations.get("MyOrg1MSP")?.values as {
        redis: { password: unknown };
      },
    };
  };
  const hidden = (value: unknown) => isSecret(output(value));

  it("are secrets of the program too, and no others are", async () => {
    writeFileSync(join(directory, FILE), ENCRYPTED);
    const { orchestrator } = valuesWith(SECRET_KEYS);
    assert.equal(await hidden(orchestrator.orchestrator.password), true);
    assert.equal(await hidden(orchestrator.list), true);
    assert.equal(orchestrator.orchestrator.logLevel, "DEBUG");
    const { password } = orchestrator.orchestrator;
    const shown = await new Promise((resolve) => unsecret(output(password)).apply(resolve));
    assert.equal(shown, PASSWORD);
  });

  it("are all values of a section that has secrets, where the file does not have it", async () => {
    writeFileSync(join(directory, FILE), ENCRYPTED);
    assert.equal(await hidden(valuesWith(SECRET_KEYS).organization.redis.password), true);
    const { orchestrator } = valuesWith(SECRET_KEYS, join(directory, "elsewhere"));
    assert.equal(await hidden(orchestrator.orchestrator.logLevel), true);
  });

  it("are none where Pulumi says that nothing is encrypted", async () => {
    const { orchestrator, organization } = valuesWith("[]");
    assert.equal(orchestrator.orchestrator.password, PASSWORD);
    assert.equal(organization.redis.password, PASSWORD);
    await Promise.resolve();
  });
});
