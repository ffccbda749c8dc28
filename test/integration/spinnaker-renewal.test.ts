import assert from "node:assert/strict";
import { cpSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { keyMatchesCertificate, readCertificate, readPkcs12, type StoreContent } from "../../x509";
import { deployment, entryOf, mountedSecrets, ourSecrets, runningPods } from "./api";
import type { Change } from "./changes";
import { TestStack, type Update } from "./stack";
import { nearlyExpire, until } from "./time";

const NAMESPACE = "spinnaker-renewal";
const BASE = resolve(__dirname, "..", "..", "examples", "spinnaker", "kustomize");
const SERVICES = ["clouddriver", "echo", "front50", "gate", "orca"] as const;

const sections = (generations: Record<string, string>) => ({
  authority: {
    subject: { commonName: "Spinnaker test CA" },
    generations: Object.fromEntries(
      Object.entries(generations).map(([name, state]) => [name, { state }]),
    ),
  },
  spinnaker: {
    target: { kustomize: { directory: "kustomize" } },
    namespace: NAMESPACE,
    createNamespace: true,
    phase: "want",
    services: Object.fromEntries(SERVICES.map((name) => [name, { trust: {} }])),
  },
});

describe("Spinnaker with kustomize", function () {
  this.timeout(900_000);
  let stack: TestStack;
  let fingerprints: Record<string, string>;

  before(async () => {
    stack = await TestStack.create("spinnaker-renewal", sections({ g1: "signing" }));
    copyBase(join(stack.directory, "kustomize"));
    const { outputs } = await stack.up();
    fingerprints = fingerprintsIn(outputs);
    await assertConsistent(["g1"], fingerprints);
    await stack.assertSettled();
  });

  it("refuses a service for which the kustomization has no Deployment", async () => {
    const { spinnaker, ...others } = sections({ g1: "signing" });
    const services = { ...spinnaker.services, rosco: {} };
    await stack.configure({ ...others, spinnaker: { ...spinnaker, services } });
    const text = await stack.refusal();
    assert.match(
      text,
      /kustomize renders no Deployment named rosco in namespace spinnaker-renewal/,
    );
    await stack.configure(sections({ g1: "signing" }));
    await stack.assertSettled();
  });

  describe("with a certificate that is due for renewal", () => {
    const expected: readonly Change[] = [
      "replace LocallySignedCert spinnaker-orca-certificate",
      "replace Secret spinnaker-orca-keys",
      `update Deployment spinnaker:${NAMESPACE}/orca`,
    ];
    let old: string | undefined;
    let renewed: Update;

    before(async () => {
      old = await keysOf("orca");
      await nearlyExpire(stack, "spinnaker-orca-certificate");
    });

    it("shows it in the preview, with the Deployment that rolls and nothing else", async () => {
      assert.deepEqual(await stack.preview(), expected);
    });

    it("renews it in one up, which does what the preview showed", async () => {
      renewed = await stack.up();
      assert.deepEqual(renewed.changes, expected);
    });

    it("leaves every store consistent, and all other certificates unchanged", async () => {
      const after = fingerprintsIn(renewed.outputs);
      assert.notEqual(after.orca, fingerprints.orca);
      assert.deepEqual({ ...after, orca: "" }, { ...fingerprints, orca: "" });
      await assertConsistent(["g1"], after);
    });

    it("has rolled the pod to the new Secret and removed the old one", async () => {
      assert.notEqual(await keysOf("orca"), old);
      assert.ok(!(await ourSecrets(NAMESPACE)).has(old ?? ""));
      await until("no pod mounts the old Secret", async () => {
        const pods = await runningPods(NAMESPACE);
        return !pods.some(({ spec }) => mountedSecrets(spec).config?.includes(old ?? ""));
      });
    });
  });

  describe("whose CA is rotated", () => {
    it("has both generations in every trust store before the new one signs", async () => {
      await stack.configure(sections({ g1: "signing", g2: "trusted" }));
      const { outputs, changes } = await stack.up();
      assert.deepEqual(
        changes.filter((change) => change.includes(" LocallySignedCert ")),
        [],
      );
      await assertConsistent(["g1", "g2"], fingerprintsIn(outputs));
    });

    it("renews every certificate with the new generation, and changes nothing after that", async () => {
      await stack.configure(sections({ g1: "trusted", g2: "signing" }));
      const { outputs, changes } = await stack.up();
      const issued = changes.filter((change) => change.includes(" LocallySignedCert "));
      assert.equal(issued.length, SERVICES.length);
      await assertConsistent(["g1", "g2"], fingerprintsIn(outputs));
      await stack.assertSettled();
    });
  });
});

/** Copies the example's kustomization, with this test's own namespace. */
function copyBase(folder: string): void {
  cpSync(BASE, folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("namespace: spinnaker-kustomize", `namespace: ${NAMESPACE}`));
  }
}

interface SpinnakerOutputs {
  readonly certificates: {
    readonly spinnaker: Readonly<Record<string, { readonly fingerprint: string }>>;
  };
}

function fingerprintsIn(outputs: object): Record<string, string> {
  const { spinnaker } = (outputs as SpinnakerOutputs).certificates;
  return Object.fromEntries(
    Object.entries(spinnaker).map(([service, { fingerprint }]) => [service, fingerprint]),
  );
}

async function secretsOf(service: string): Promise<readonly string[]> {
  const { spec } = await deployment(NAMESPACE, service);
  return mountedSecrets(spec?.template.spec).config ?? [];
}

async function keysOf(service: string): Promise<string | undefined> {
  return (await secretsOf(service)).find((name) => name.includes("-keys-"));
}

/** Checks that every store that a Deployment mounts opens with its password, and has exactly the expected content. */
async function assertConsistent(
  generations: readonly string[],
  issued: Readonly<Record<string, string>>,
): Promise<void> {
  const secrets = await ourSecrets(NAMESPACE);
  const open = (name: string | undefined, key: string): StoreContent => {
    const secret = secrets.get(name ?? "");
    assert.ok(secret, `there is no Secret ${name ?? ""}`);
    const store = Buffer.from(secret.data?.[key] ?? "", "base64");
    return readPkcs12(store, entryOf(secret, "password"));
  };
  for (const service of SERVICES) {
    const { status, metadata, spec } = await deployment(NAMESPACE, service);
    assert.equal(status?.observedGeneration, metadata?.generation);
    assert.equal(status?.updatedReplicas, spec?.replicas);
    const [container] = spec?.template.spec?.containers ?? [];
    assert.deepEqual(container?.readinessProbe?.tcpSocket, { port: "http" });
    assert.equal(container.readinessProbe.httpGet, undefined);
    const mounted = await secretsOf(service);
    const keys = open(
      mounted.find((name) => name.includes("-keys-")),
      "keystore.p12",
    );
    const trust = open(
      mounted.find((name) => name.includes("-trust-")),
      "truststore.p12",
    );
    assert.equal(keys.keys.length, 1);
    const { privateKeyPem = "", chainPem = "" } = keys.keys[0] ?? {};
    assert.ok(keyMatchesCertificate(privateKeyPem, chainPem));
    assert.equal(readCertificate(chainPem).fingerprint, issued[service]);
    assert.deepEqual(trust.trusted.map(({ alias }) => alias).sort(), generations);
    assert.deepEqual(trust.keys, []);
  }
}
