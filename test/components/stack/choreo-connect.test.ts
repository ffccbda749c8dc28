import assert from "node:assert/strict";
import { Output, isSecret } from "@pulumi/pulumi";
import { cautionsOf } from "../../../systems/choreo-connect/program";
import { withSecrets } from "../../../stack/secret-values";
import { example, withBackends } from "../choreo-connect/make-stack";
import { runStack } from "../run-stack";
import { goodExcept, settingsOf, valuesOf } from "../../unit/config/make-config";
import { loadConfig } from "../../../config";
import { choreoConnect } from "../../../systems/choreo-connect/system";
import { PROGRAMS } from "../../../systems/programs";
import {
  CHOREO_CONNECT,
  choreoConnectOf,
  choreoConnectWith,
} from "../../unit/config/make-choreo-connect";

const CHART = { "target/kubernetes/chart": { path: "charts/choreo-connect" } };
const bundle = (backends: string, left: string) =>
  `the CAs of ${backends} replace the router's whole bundle of CAs, with ${left} left in it: an API that calls a public service works only if choreoConnect.publicCas has its CA`;

describe("the warnings of a stack with Choreo Connect", () => {
  const cautions = (changes: Readonly<Record<string, unknown>>) =>
    cautionsOf(choreoConnectOf(changes));
  const { payments } = CHOREO_CONNECT.backends;
  const global = { ...payments, trust: "global" };
  const stock = { endpoints: ["https://stock.example"], trust: "global" };

  it("are none if the router keeps its CAs", () => {
    for (const changes of [{}, CHART, { target: { compose: {} } }])
      assert.deepEqual(cautions(changes), []);
  });

  it("name the public CAs that are removed from the router's bundle", () => {
    const all = (backends: object, publicCas: readonly string[]) =>
      cautions({ ...CHART, backends, publicCas });
    assert.deepEqual(all({ payments: global }, []), [bundle("payments", "no public CA")]);
    assert.deepEqual(all({ payments: global, stock }, ["ISRG Root X1"]), [
      bundle("payments, stock", "1 public CA"),
    ]);
    assert.deepEqual(all({ payments, stock }, ["ISRG Root X1", "ISRG Root X2"]), [
      bundle("stock", "2 public CAs"),
    ]);
  });

  it("appear once, with the system's name", async () => {
    const { messages, errors } = await runStack(
      withBackends(example("kubernetes"), { stock: { trust: "global" } }),
      { preview: true },
    );
    assert.deepEqual(errors, []);
    assert.deepEqual(
      messages.map(({ severity, text }) => `${severity}: ${text}`),
      [`warn: Choreo Connect: ${bundle("stock", "no public CA")}`],
    );
  });
});

describe("a stack with Choreo Connect", () => {
  it("asks the cluster first, even if only a backend is in it", async () => {
    const compose = withBackends(example("compose"), {
      ratings: { namespace: "shop", createNamespace: true },
    });
    for (const sections of [example("kubernetes"), compose]) {
      const { errors, resources } = await runStack(sections, { cluster: false, preview: true });
      assert.match(errors.join(), /cluster/);
      assert.deepEqual(
        resources.map(({ type }) => type),
        ["pulumi:pulumi:Stack"],
      );
    }
    const alone = await runStack(example("compose"), { cluster: false, preview: true });
    assert.deepEqual(alone.errors, []);
  });

  it("registers nothing if its configuration has a problem", async () => {
    const wrong = withBackends(example("kubernetes"), {
      payments: { endpoints: ["http://payments.shop"] },
    });
    const { errors, resources } = await runStack(wrong);
    assert.equal(resources.length, 1);
    assert.match(
      errors.join(),
      /^The configuration has a problem; nothing was changed:\n {2}countersign:choreoConnect\.backends\.payments\.endpoints\[0\]: "http:/,
    );
  });

  it("treats chart values as secrets if its configuration encrypts them", async () => {
    const changes = { "target/kubernetes/values": { a: { b: 1, c: 2 } } };
    const asked: string[] = [];
    const config = withSecrets(
      loadConfig(valuesOf(goodExcept(choreoConnectWith(changes))), PROGRAMS),
      (section, path) => {
        asked.push([section, ...path].join("."));
        return path.at(-1) === "b";
      },
    );
    const { values } = settingsOf(config, choreoConnect)?.target as unknown as {
      values: { a: { b: unknown; c: unknown } };
    };
    assert.deepEqual(asked, [
      "choreoConnect.target.kubernetes.values.a.b",
      "choreoConnect.target.kubernetes.values.a.c",
    ]);
    assert.equal(values.a.c, 2);
    assert.ok(Output.isInstance<number>(values.a.b) && (await isSecret(values.a.b)));
  });
});
