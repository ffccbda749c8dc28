import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { kebabCase } from "../../components/substra/msp-id";
import { backendFacts } from "./charts/backend-facts";
import { backendNotes } from "./charts/backend-notes";
import { choreoConnectDefaultFacts } from "./charts/choreo-connect-default-facts";
import { choreoConnectFacts } from "./charts/choreo-connect-facts";
import { choreoConnectStandIn } from "./charts/choreo-connect-stand-in";
import { choreoConnectTlsFacts } from "./charts/choreo-connect-tls-facts";
import { Helm, chartFolder, changed, type Values } from "./charts/helm";
import { orchestratorFacts } from "./charts/orchestrator-facts";
import { orchestratorNotes } from "./charts/orchestrator-notes";
import {
  backendRefusals,
  choreoConnectRefusals,
  orchestratorRefusals,
  type Refusal,
} from "./charts/refusals";
import { mutualBackend, strictOrchestrator, wiredChoreoConnect } from "./charts/values";

const target = { release: "orchestrator", namespace: "substra" };

describe("the stand-in charts", function () {
  this.timeout(120_000);
  let helm: Helm;

  before(async function () {
    // This builds Helm if it is not cached.
    this.timeout(20 * 60_000);
    helm = await Helm.start();
  });
  after(() => helm.stop());

  describe("orchestrator", () => {
    orchestratorFacts(() => helm);
    orchestratorNotes(() => helm);
    refuses("orchestrator", strictOrchestrator, orchestratorRefusals);
    hidesPasswords("orchestrator", strictOrchestrator);
  });

  describe("substra-backend", () => {
    backendFacts(() => helm);
    backendNotes(() => helm);
    refuses("substra-backend", mutualBackend, backendRefusals);
    hidesPasswords("substra-backend", mutualBackend);
  });

  describe("choreo-connect", () => {
    choreoConnectFacts(() => helm);
    choreoConnectTlsFacts(() => helm);
    choreoConnectStandIn(() => helm);
    describe("with its own configuration", () => {
      choreoConnectDefaultFacts(
        () => helm,
        () => chartFolder("choreo-connect"),
      );
    });
    refuses("choreo-connect", wiredChoreoConnect, choreoConnectRefusals);
  });

  function refuses(chart: string, values: Values, refusals: readonly Refusal[]): void {
    describe("refuses", () => {
      for (const [what, changes, message] of refusals) {
        it(what, async () => {
          assert.match(await helm.refusal(chart, target, changed(values, changes)), message);
        });
      }
    });
  }

  function hidesPasswords(chart: string, values: Values): void {
    it("refuses without a password in the message", async () => {
      const leak = { "database.auth.password": "hunter2/%" };
      const message = await helm.refusal(chart, target, changed(values, leak));
      assert.ok(!message.includes("hunter2"), message);
    });
  }

  for (const [chart, version, values] of [
    ["orchestrator", "8.8.0", strictOrchestrator],
    ["substra-backend", "26.15.3", mutualBackend],
    ["choreo-connect", "1.2.0-2", wiredChoreoConnect],
  ] as const) {
    it(`of ${chart} have the real version, and Helm finds no problem in them`, async () => {
      const lint = await helm.lint(chart, values);
      assert.match(lint, /1 chart\(s\) linted, 0 chart\(s\) failed/);
      assert.doesNotMatch(lint, /WARNING|ERROR/);
      const metadata = readFileSync(join(chartFolder(chart), "Chart.yaml"), "utf8");
      assert.match(metadata, new RegExp(`^version: ${version}\\+countersign\\.\\d+$`, "m"));
    });

    it(`of ${chart} give every object a unique name, and labels that Kubernetes accepts`, async () => {
      const { all } = await helm.template(chart, target, values);
      const ids = all.map(({ kind, metadata }) => `${kind ?? ""}/${metadata?.name ?? ""}`);
      assert.equal(new Set(ids).size, ids.length);
      for (const { metadata } of all) {
        for (const label of Object.values(metadata?.labels ?? {})) {
          assert.match(label, /^[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$/);
        }
      }
    });

    it(`of ${chart} accept a misspelt value, since the real chart has no schema`, async () => {
      const known = changed(values, { "docker-registry.secrets.haSharedSecret": "not drawn" });
      const misspelt = changed(known, { "orchestrator.tls.mtsl.enabled": true });
      const [other, one] = await Promise.all(
        [misspelt, known].map(async (each) => {
          const { all } = await helm.template(chart, target, each);
          // Its content is generated at random by each rendering.
          return all.filter(({ metadata }) => !metadata?.name?.endsWith("-server-key"));
        }),
      );
      assert.deepEqual(other, one);
    });

    it(`of ${chart} are short files`, () => {
      const folder = join(chartFolder(chart), "templates");
      for (const file of readdirSync(folder)) {
        const lines = readFileSync(join(folder, file), "utf8").split("\n").length;
        assert.ok(lines <= 101, `${file} has ${lines - 1} lines`);
      }
    });
  }

  for (const file of [
    "_standin.tpl",
    "_database.tpl",
    "postgresql-config.yaml",
    "postgresql.yaml",
  ]) {
    it(`share ${file}`, () => {
      const [one, other] = ["orchestrator", "substra-backend"].map((chart) =>
        readFileSync(join(chartFolder(chart), "templates", file), "utf8"),
      );
      assert.equal(one, other);
    });
  }

  it("and the program agree on an MSP ID's kebab case", async () => {
    const mspId = fc.stringMatching(/^[A-Za-z0-9-]{1,32}$/);
    const known = ["MyOrg1MSP", "OrgA", "org-a", "ORG", "Org2go", "X509CA", "a--B", "-a", "1a2B3c"];
    const texts = [...new Set([...known, ...fc.sample(mspId, { numRuns: 2000, seed: 1 })])];

    const folder = join(helm.home, "kebab");
    mkdirSync(join(folder, "templates"), { recursive: true });
    writeFileSync(join(folder, "Chart.yaml"), "{apiVersion: v2, name: kebab, version: 1.0.0}");
    const template = `{{ $data := dict }}{{ range .Values.texts }}{{ $_ := set $data . (kebabcase .) }}{{ end }}
{{- dict "kind" "ConfigMap" "metadata" (dict "name" "kebab") "data" $data | toJson }}`;
    writeFileSync(join(folder, "templates/kebab.yaml"), template);
    const rendered = await helm.template(folder, target, { texts });

    const ours = Object.fromEntries(texts.map((text) => [text, kebabCase(text)]));
    assert.deepEqual(rendered.get("ConfigMap", "kebab").data, ours);
    assert.equal(ours.MyOrg1MSP, "my-org1-msp");
  });
});
