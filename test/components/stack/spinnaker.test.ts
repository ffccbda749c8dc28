import assert from "node:assert/strict";
import type { Run } from "../mock-engine";
import { runStack, type StackOptions } from "../run-stack";
import { find } from "../tree";
import { reveal, visible } from "../wire";

const AUTHORITY = {
  subject: { commonName: "Spinnaker CA" },
  generations: { g1: { state: "signing" } },
};

/** Runs a stack that has a Spinnaker of two services, and nothing else. */
function run(changes: object, options: StackOptions = {}): Promise<Run<unknown>> {
  const spinnaker = {
    target: { operator: {} },
    phase: "want",
    services: { gate: { trust: {} }, orca: {} },
    ...changes,
  };
  return runStack({ authority: AUTHORITY, spinnaker }, options);
}

const outputsOf = ({ outputs, resources }: Run<unknown>) =>
  outputs.get(find(resources, "countersign-test").urn) as Record<string, unknown>;
const warned = ({ messages }: Run<unknown>) =>
  messages.map(({ severity, text }) => `${severity}: ${text}`);
const refused = (key: string, message: string) => [
  `The configuration has a problem; nothing was changed:\n  countersign:spinnaker.${key}: ${message}`,
];
const jump = (how: string) =>
  `"need" skips a phase for orca, ${how}: callers whose certificates are not accepted would be cut off. Deploy "want" first, let \`countersign verify\` try each caller, and then set "need"; or for now set spinnaker.exceptions: { orca: want }`;

describe("a stack with Spinnaker", () => {
  let wanted: Run<unknown>;
  before(async () => {
    wanted = await run({});
    assert.deepEqual(wanted.errors, []);
  });

  it("warns once of what the first step brings", () => {
    assert.deepEqual(warned(wanted), [
      "warn: Spinnaker: calls to gate, orca will fail for a moment, from when the first of them changes between http and https until its last caller has rolled; certificates are not the cause",
      'warn: Spinnaker: nothing is deployed yet, and servers will start with TLS at once: if Spinnaker is already running, deploy phase "prepare" first, so that every caller has its stores before a server needs them',
    ]);
  });

  it("publishes where each service is and what it has, and no secret", () => {
    const outputs = outputsOf(wanted);
    assert.deepEqual(visible(outputs), reveal(outputs));
    assert.doesNotMatch(JSON.stringify(outputs), /PRIVATE KEY|generated-password/);
    const { certificates, spinnaker } = outputs as Record<string, Record<string, unknown>>;
    assert.deepEqual(Object.keys(certificates?.spinnaker ?? {}), ["gate", "orca"]);
    const { files, ...rest } = spinnaker ?? {};
    assert.deepEqual(Object.keys(files ?? {}), ["spinnakerservice.yml"]);
    const service = (name: string, port: number, more: object) => ({
      language: "java",
      host: `spin-${name}.spinnaker`,
      port,
      clientCertificate: true,
      trustsOthers: false,
      secrets: {
        keys: `spinnaker-${name}-keys-0a1b2c3d`,
        trust: "spinnaker-trust-0a1b2c3d",
      },
      ...more,
    });
    assert.deepEqual(rest, {
      namespace: "spinnaker",
      target: { kind: "operator", apiVersion: "spinnaker.io/v1alpha2", name: "spinnaker" },
      services: {
        gate: service("gate", 8084, { phase: "tls", calls: ["orca"] }),
        orca: service("orca", 8083, { phase: "want", calls: [] }),
      },
    });
  });

  it("publishes further ports and other targets", async () => {
    const gate = {
      apiPort: 8085,
      legacyPort: 8086,
      trust: { publicCas: ["DigiCert Global Root G2"] },
    };
    const target = async (of: object) => {
      const { spinnaker } = outputsOf(
        await run({ target: of, services: { gate } }, { preview: true }),
      );
      return spinnaker as { target: object; services: { gate: object } };
    };
    const halyard = await target({ halyard: {} });
    assert.deepEqual(halyard.target, { kind: "halyard" });
    const { services } = halyard;
    assert.deepEqual(services.gate, {
      language: "java",
      phase: "tls",
      host: "spin-gate.spinnaker",
      port: 8084,
      calls: [],
      clientCertificate: true,
      apiPort: 8085,
      legacyPort: 8086,
      trustsOthers: true,
      secrets: {
        keys: "spinnaker-gate-keys-0a1b2c3d",
        trust: "spinnaker-trust-0a1b2c3d",
        others: "spinnaker-gate-others-0a1b2c3d",
      },
    });
    assert.deepEqual((await target({ kustomize: {} })).target, {
      kind: "kustomize",
      deployed: false,
    });
  });

  it("asks the cluster first", async () => {
    const { errors, resources } = await run({}, { cluster: false });
    assert.match(errors.join(), /cluster/);
    assert.deepEqual(
      resources.map(({ type }) => type),
      ["pulumi:pulumi:Stack"],
    );
  });

  describe("in its next step", () => {
    const next = (phase: string, { state }: Run<unknown>, changes = {}) =>
      run({ phase, ...changes }, { state, preview: true });

    it("goes from want to need without a warning, and back", async () => {
      const need = await run({ phase: "need" }, { state: wanted.state });
      assert.deepEqual([need.errors, warned(need)], [[], []]);
      const back = await next("want", need);
      assert.deepEqual([back.errors, warned(back)], [[], []]);
      const { spec } = find(back.resources, "spinnaker-service").inputs as {
        spec: { spinnakerConfig: { profiles: { orca: { server: { ssl: object } } } } };
      };
      const { ssl } = spec.spinnakerConfig.profiles.orca.server;
      assert.equal((ssl as Record<string, unknown>)["client-auth"], "want");
    });

    it("goes all the way back at once, with a warning", async () => {
      const back = await next("prepare", wanted);
      assert.deepEqual(back.errors, []);
      assert.deepEqual(warned(back), [
        "warn: Spinnaker: calls to gate, orca will fail for a moment, from when the first of them changes between http and https until its last caller has rolled; certificates are not the cause",
      ]);
    });

    it("does not jump to need, and registers nothing then", async () => {
      const tls = await run({ phase: "tls" });
      const jumped = await next("need", tls);
      assert.deepEqual(jumped.errors, refused("phase", jump("deployed in phase tls")));
      assert.deepEqual(
        jumped.resources.map(({ type }) => type),
        ["pulumi:pulumi:Stack"],
      );
      const excepted = await next("tls", tls, { exceptions: { orca: "need" } });
      assert.deepEqual(excepted.errors, refused("exceptions.orca", jump("deployed in phase tls")));
    });

    it("does not begin with need", async () => {
      const { errors } = await run({ phase: "need" });
      assert.deepEqual(errors, refused("phase", jump("not deployed yet")));
    });

    it("does not need a certificate of a caller that is only just deployed", async () => {
      const services = { echo: { trust: {} }, gate: { trust: {} }, orca: {} };
      const exceptions = { echo: "want" };
      const { errors } = await next("need", wanted, { services, exceptions });
      assert.deepEqual(
        errors,
        refused(
          "phase",
          "echo calls orca but gets its certificate only with this update, perhaps after they refuse it: until echo is deployed, keep spinnaker.exceptions: { orca: want }",
        ),
      );
    });

    it("does not need a certificate that a caller is only just told to show", async () => {
      const silent = { gate: { clientCertificate: false, trust: {} }, orca: {} };
      const before = await run({ phase: "want", services: silent });
      const { errors } = await next("need", before, {
        services: { gate: { trust: {} }, orca: {} },
      });
      assert.match(errors.join(), /gate calls orca but gets its certificate only with this update/);
    });

    it("remembers what is deployed, not what a preview or a failed update asked for", async () => {
      const { urn } = find(wanted.resources, "spinnaker");
      const stored = wanted.state.get(urn);
      assert.ok(stored);
      assert.deepEqual(stored.outputs, { phases: { gate: "tls", orca: "want" }, silent: [] });
      for (const outputs of [{}, undefined, { phases: { orca: "must" } }]) {
        const state = new Map([...wanted.state, [urn, { ...stored, outputs }]]);
        const { errors } = await run({ phase: "need" }, { state, preview: true });
        assert.deepEqual(errors, refused("phase", jump("not deployed yet")));
      }
    });
  });
});
