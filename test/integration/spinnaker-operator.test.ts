import assert from "node:assert/strict";
import { parse } from "yaml";
import { secretsIn } from "./api";
import { TestStack } from "./stack";
import {
  installOperatorsCrd,
  kubectl,
  spinnakerService,
  type SpinnakerService,
} from "./spinnaker/cluster";

const GROUP = "spinnaker.armory.io";
const NAMESPACE = "spinnaker-operator";

const sections = (phase: string, more: object = {}) => ({
  authority: {
    subject: { commonName: "Spinnaker test CA" },
    generations: { g1: { state: "signing" } },
  },
  spinnaker: {
    target: { operator: { apiGroup: GROUP } },
    namespace: NAMESPACE,
    phase,
    services: { clouddriver: {}, gate: { trust: {} }, orca: {} },
    ...more,
  },
});

/** A user's SpinnakerService, whose settings must stay as they are. */
const THEIRS = `
apiVersion: ${GROUP}/v1alpha2
kind: SpinnakerService
metadata: { name: spinnaker, namespace: ${NAMESPACE} }
spec:
  spinnakerConfig:
    config: { version: 2.40.3 }
    profiles:
      orca: { tasks: { days: 7 } }
    service-settings:
      orca: { kubernetes: { serviceType: ClusterIP } }
`;

/** Compares values without a type assertion, from which the compiler would conclude that there are no other keys. */
const assertSame: (found: unknown, expected: unknown) => void = assert.deepEqual;

describe("a SpinnakerService that others deploy", function () {
  this.timeout(900_000);
  let stack: TestStack;
  const read = async (): Promise<SpinnakerService> => {
    const found = await spinnakerService(GROUP, NAMESPACE);
    assert.ok(found);
    return found;
  };
  const theirs = (parse(THEIRS) as SpinnakerService).spec.spinnakerConfig;

  before(async () => {
    await installOperatorsCrd(GROUP);
    await kubectl(["create", "namespace", NAMESPACE]);
    await kubectl(["apply", "-f", "-"], THEIRS);
    stack = await TestStack.create("spinnaker-operator", sections("prepare"));
  });

  it("cannot skip to need, and nothing is created", async () => {
    await stack.configure(sections("need"));
    const text = await stack.refusal();
    assert.match(
      text,
      /spinnaker\.phase: "need" skips a phase for clouddriver, orca, not deployed yet/,
    );
    assert.deepEqual(await secretsIn(NAMESPACE), []);
    await stack.configure(sections("prepare"));
  });

  it("gets clients' stores first, and keeps its own settings", async () => {
    const { changes } = await stack.up();
    assert.ok(changes.includes("create SpinnakerServicePatch spinnaker-service"));
    const { profiles = {}, ...others } = (await read()).spec.spinnakerConfig;
    assert.deepEqual(others, {
      config: theirs.config,
      "service-settings": theirs["service-settings"],
    });
    assert.deepEqual(Object.keys(profiles.orca ?? {}).sort(), ["ok-http-client", "tasks"]);
    assert.deepEqual(Object.keys(profiles.gate ?? {}), ["ok-http-client"]);
  });

  it("accepts all settings: the API server drops and refuses nothing", async () => {
    await stack.configure(sections("tls"));
    await stack.up();
    await stack.configure(sections("want"));
    const { outputs } = await stack.up();
    const { files } = (outputs as unknown as { spinnaker: { files: Record<string, string> } })
      .spinnaker;
    const ours = (parse(files["spinnakerservice.yml"] ?? "") as SpinnakerService).spec;
    const { spinnakerConfig: found } = (await read()).spec;
    const settings = ours.spinnakerConfig["service-settings"];
    const { profiles = {} } = found;
    const gate = profiles.gate?.server as { ssl: Record<string, unknown> };
    assertSame(profiles, {
      ...ours.spinnakerConfig.profiles,
      orca: { ...theirs.profiles?.orca, ...ours.spinnakerConfig.profiles?.orca },
    });
    assertSame(found["service-settings"]?.clouddriver, settings?.clouddriver);
    assertSame(found["service-settings"]?.orca, {
      scheme: "https",
      baseUrl: `https://spin-orca.${NAMESPACE}:8083`,
      kubernetes: { serviceType: "ClusterIP", useTcpProbe: true },
    });
    // Gate's address is for Deck, and its main port is for browsers.
    assertSame(found["service-settings"]?.gate, {
      scheme: "https",
      kubernetes: { useTcpProbe: true },
    });
    assert.equal(gate.ssl["client-auth"], "none");
    await stack.assertSettled();
  });

  it("refers to Secrets and keys that exist", async () => {
    const text = JSON.stringify((await read()).spec.spinnakerConfig.profiles);
    const references = [...text.matchAll(/k8s!n:([^!"]+)!k:([^!"]+)/g)];
    assert.equal(references.length, 3 * 8);
    const secrets = new Map(
      (await secretsIn(NAMESPACE)).map(({ metadata, data }) => [metadata?.name, data ?? {}]),
    );
    for (const [, name = "", key = ""] of references) {
      assert.ok(secrets.get(name)?.[key], `${name} has no ${key}`);
      // A volume's name is volume-<Secret>, a label of at most 63 characters.
      assert.ok(`volume-${name}`.length <= 63 && !name.includes("."));
    }
  });

  it("reaches need for some services before the others", async () => {
    await stack.configure(sections("need", { exceptions: { clouddriver: "want" } }));
    await stack.up();
    const { profiles = {} } = (await read()).spec.spinnakerConfig;
    const asked = ["clouddriver", "gate", "orca"].map(
      (name) => (profiles[name]?.server as { ssl: Record<string, unknown> }).ssl["client-auth"],
    );
    assert.deepEqual(asked, ["want", "none", "need"]);
  });

  it("goes back a step, and to plain HTTP, with nothing of ours left in it", async () => {
    await stack.configure(sections("want"));
    await stack.up();
    await stack.configure(sections("prepare"));
    const { changes } = await stack.up();
    assert.deepEqual(changes, ["update SpinnakerServicePatch spinnaker-service"]);
    const { profiles = {}, ...others } = (await read()).spec.spinnakerConfig;
    assert.deepEqual(Object.keys(profiles.orca ?? {}).sort(), ["ok-http-client", "tasks"]);
    assert.deepEqual(others["service-settings"], theirs["service-settings"]);
  });

  it("is as it was before, once the stack is destroyed", async () => {
    await stack.destroy();
    const { spinnakerConfig } = (await read()).spec;
    assert.deepEqual(spinnakerConfig, theirs);
    assert.deepEqual(await secretsIn(NAMESPACE), []);
  });
});
