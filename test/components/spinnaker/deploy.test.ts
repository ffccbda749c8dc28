import assert from "node:assert/strict";
import { exportedFiles } from "../../../components/spinnaker/exported-files";
import type { Manifest } from "../../../components/spinnaker/targets/operator";
import type { EngineOptions } from "../mock-engine";
import { signedRequest } from "../pki/signed-request";
import { find, treeOf } from "../tree";
import { valueOf } from "../value-of";
import { makeInstallation } from "./make-installation";
import { OPERATOR, runSpinnaker, type Parts } from "./parts";

/** The only service. */
const services = { orca: {} };

/**
 * Deploys a target, and returns the resources besides those that all targets have, and the component's outputs. At
 * preview everything is known, and no store takes time.
 */
async function deploy(parts: Parts, options: EngineOptions = { preview: true }) {
  const { resources, errors, value } = await runSpinnaker({ services, ...parts }, options);
  assert.deepEqual(errors, []);
  assert.ok(value);
  const own = treeOf(resources)
    .filter(
      (line) => /^ {2}\S/.test(line) && !/Credentials|Secret|RandomPassword|-first$/.test(line),
    )
    .map((line) => line.trim());
  return { resources, own, files: await valueOf(value.files), phases: await valueOf(value.phases) };
}

const KEYS = "spinnaker-orca-keys-0a1b2c3d";
const TRUST = "spinnaker-trust-0a1b2c3d";
const STORES = {
  "key-store": `encryptedFile:k8s!n:${KEYS}!k:keystore.p12`,
  "key-store-type": "PKCS12",
  "key-store-password": `encrypted:k8s!n:${KEYS}!k:password`,
  "trust-store": `encryptedFile:k8s!n:${TRUST}!k:truststore.p12`,
  "trust-store-type": "PKCS12",
  "trust-store-password": `encrypted:k8s!n:${TRUST}!k:password`,
};
/** `spec.spinnakerConfig` in phase `want`. */
const WANT = {
  profiles: {
    orca: {
      server: { ssl: { enabled: true, ...STORES, "client-auth": "want" } },
      "ok-http-client": STORES,
    },
  },
  "service-settings": {
    orca: {
      scheme: "https",
      baseUrl: "https://spin-orca.spinnaker:8083",
      kubernetes: { useTcpProbe: true },
    },
  },
};

describe("Spinnaker by the Operator", () => {
  const SERVICE = "kubernetes:spinnaker.io/v1alpha2:SpinnakerService";

  it("is added to the SpinnakerService that others deploy", async () => {
    const { resources, own, phases } = await deploy({ phase: "want" });
    assert.deepEqual(own, [`${SERVICE}Patch spinnaker-service`]);
    const { inputs } = find(resources, "spinnaker-service");
    assert.deepEqual(inputs, {
      apiVersion: "spinnaker.io/v1alpha2",
      kind: "SpinnakerService",
      metadata: {
        name: "spinnaker",
        namespace: "spinnaker",
        annotations: { "pulumi.com/patchForce": "true" },
      },
      spec: { spinnakerConfig: WANT },
    });
    assert.deepEqual(phases, { orca: "want" });
  });

  it("uses Armory's group and another name if configured", async () => {
    const target = { ...OPERATOR, apiGroup: "spinnaker.armory.io", name: "spin" } as const;
    const { resources, own } = await deploy({ target });
    assert.deepEqual(own, [
      "kubernetes:spinnaker.armory.io/v1alpha2:SpinnakerServicePatch spinnaker-service",
    ]);
    const { apiVersion, metadata } = find(resources, "spinnaker-service").inputs as Manifest;
    assert.equal(apiVersion, "spinnaker.armory.io/v1alpha2");
    assert.equal(metadata.name, "spin");
  });

  it("has no service settings before there is TLS", async () => {
    const { resources } = await deploy({ phase: "prepare" });
    const { spec } = find(resources, "spinnaker-service").inputs as Manifest;
    assert.deepEqual(spec, {
      spinnakerConfig: { profiles: { orca: { "ok-http-client": STORES } } },
    });
  });

  describe("with a manifest", () => {
    const manifest: Manifest = {
      apiVersion: "spinnaker.io/v1alpha2",
      kind: "SpinnakerService",
      metadata: { name: "spinnaker" },
      spec: {
        spinnakerConfig: {
          config: { version: "2026.1.0" },
          profiles: { orca: { tasks: { useWaitForAllNetworks: true } } },
        },
        expose: { type: "service" },
      },
    };
    const target = { ...OPERATOR, manifest };

    for (const preview of [true, false])
      it(`is that SpinnakerService merged with Countersign's settings, ${preview ? "at preview" : "at up"}`, async () => {
        const { resources, own } = await deploy({ target, phase: "want" }, { preview });
        assert.deepEqual(own, [`${SERVICE} spinnaker-service`]);
        assert.deepEqual(find(resources, "spinnaker-service").inputs, {
          apiVersion: "spinnaker.io/v1alpha2",
          kind: "SpinnakerService",
          metadata: { name: "spinnaker", namespace: "spinnaker" },
          spec: {
            spinnakerConfig: {
              config: { version: "2026.1.0" },
              profiles: { orca: { tasks: { useWaitForAllNetworks: true }, ...WANT.profiles.orca } },
              "service-settings": WANT["service-settings"],
            },
            expose: { type: "service" },
          },
        });
      });

    it("exports only Countersign's settings as files", async () => {
      const patch = await deploy({ phase: "want" });
      assert.deepEqual((await deploy({ target, phase: "want" })).files, patch.files);
    });
  });

  it("waits for the Secrets that it names, and for the namespace", async () => {
    const { resources } = await deploy({});
    const { dependencies } = find(resources, "spinnaker-service");
    for (const name of ["spinnaker-orca-keys", "spinnaker-trust", "namespace-spinnaker"])
      assert.ok(dependencies.includes(find(resources, name).urn), name);
  });
});

for (const kind of ["kustomize", "halyard"] as const)
  describe(`Spinnaker by ${kind}, which others deploy`, () => {
    it("consists of Secrets, and files that name them", async () => {
      const { own, files, phases } = await deploy({ target: { kind } });
      assert.deepEqual(own, []);
      assert.deepEqual(phases, { orca: "tls" });
      const installation = makeInstallation(services, { target: kind });
      const names = new Map([["orca", { keys: KEYS, trust: TRUST, others: undefined }]] as const);
      assert.deepEqual(files, exportedFiles({ kind }, installation, names));
      assert.ok(JSON.stringify(files).includes(KEYS));
    });

    it("has certificates for the names by which the target calls services", async () => {
      const run = await runSpinnaker({ services, target: { kind } });
      assert.deepEqual(run.errors, []);
      const { dnsNames } = signedRequest(run, "spinnaker-orca-certificate");
      const name = kind === "kustomize" ? "orca" : "spin-orca";
      assert.deepEqual(dnsNames, [
        name,
        `${name}.spinnaker`,
        `${name}.spinnaker.svc`,
        `${name}.spinnaker.svc.cluster.local`,
        "localhost",
      ]);
    });
  });
