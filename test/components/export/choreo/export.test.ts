import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesOf } from "../../../../systems/choreo/export/export-command";
import { readChoreo, type ChoreoOutputs } from "../../../../systems/choreo/outputs";
import { planJson, planText } from "../../../../systems/choreo/export/plan-command";
import { saveExport } from "../../../../export/save";
import { PROJECT_URL, greeter } from "../../choreo/make-project";
import { runStack } from "../../run-stack";
import { find } from "../../tree";
import { reveal } from "../../wire";

describe("the export of a Choreo project", () => {
  let outputs: ChoreoOutputs;
  let keys: Record<string, string>;
  let folder = "";
  before(async () => {
    const run = await runStack(greeter({ projectUrl: PROJECT_URL }), { cluster: false });
    const all = reveal(run.outputs.get(find(run.resources, "countersign-test").urn));
    outputs = readChoreo({ origin: "stack dev", content: all });
    keys = (all as { choreoKeys: Record<string, string> }).choreoKeys;
    folder = mkdtempSync(join(tmpdir(), "countersign-choreo-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("has the paths at which it is mounted, and is only for its owner", () => {
    const files = filesOf(outputs, keys);
    saveExport(folder, files, { record: ".countersign-choreo.json", force: false });
    assert.deepEqual(files.map(({ path }) => path).sort(), [
      "greeter-client/.gitignore",
      "greeter-client/env",
      "greeter-client/tls/ca.crt",
      "greeter-client/tls/client.crt",
      "greeter-client/tls/client.key",
      "greeter-server/.gitignore",
      "greeter-server/env",
      "greeter-server/tls/ca.crt",
      "greeter-server/tls/server.crt",
      "greeter-server/tls/server.key",
    ]);
    const client = join(folder, "greeter-client");
    assert.equal(statSync(join(client, "tls")).mode & 0o777, 0o700);
    assert.equal(statSync(join(client, "tls", "client.key")).mode & 0o777, 0o600);
    assert.equal(
      readFileSync(join(client, "env"), "utf8"),
      "CERT_FILE_PATH=/tls/client.crt\nKEY_FILE_PATH=/tls/client.key\nCA_CERT_FILE_PATH=/tls/ca.crt\n" +
        "GREETER_SERVER_URL=https://greeter-server-3781140846:8443/greeter\n",
    );
  });

  it("refuses a key that is not the plan's, without quoting it", () => {
    const swapped = { ...keys, "greeter-server": keys["greeter-client"] ?? "" };
    assert.throws(() => filesOf(outputs, swapped), {
      message:
        "the key of greeter-server is not what the stack's plan says: run `pulumi up`, and export again",
    });
  });

  it("refuses a file at the path of the variables", () => {
    const text = JSON.stringify(outputs).replaceAll(
      '"mountPath":"/tls/ca.crt"',
      '"mountPath":"/env"',
    );
    const moved = readChoreo({ origin: "stack dev", content: JSON.parse(text) });
    assert.throws(() => filesOf(moved, keys), {
      message:
        "greeter-client mounts a file at /env, where an export puts its own file env: give it another path under choreo.components.greeter-client.mounts",
    });
  });

  it("refuses a path that leads out of the folder, as outputs from somebody else may contain", () => {
    const text = JSON.stringify(outputs).replaceAll("/tls/ca.crt", "/tls/../../ca.crt");
    assert.throws(
      () => filesOf(readChoreo({ origin: "stack dev", content: JSON.parse(text) }), keys),
      {
        message:
          'the outputs have a file of "greeter-client" at "/tls/../../ca.crt", which cannot be exported: run `pulumi up` first',
      },
    );
  });

  it("has a plan that shows no key", () => {
    assert.doesNotMatch(planText(outputs) + planJson(outputs), /PRIVATE KEY/);
    assert.match(planText(outputs), /^ {2}file +server-key +secret +\/tls\/server\.key +sha256 /m);
  });
});
