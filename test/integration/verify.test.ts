import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { AppsV1Api, ConfigurationOptions, CoreV1Api } from "@kubernetes/client-node";
import type { Check } from "../../verify/check";
import { makeCa, makeLeaf, type CertificateOptions } from "../unit/x509/make-certificate";
import { keys, type Keys } from "../unit/x509/make-keys";
import { consortium } from "./example";
import { TestStack } from "./stack";

const command = resolve(__dirname, "..", "..", "cli", "countersign.cjs");
const keyPem = ({ privateKey }: Keys) =>
  privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const fromNow = (days: number) => new Date(Date.now() + days * 24 * 3600 * 1000).toISOString();
const life = (days: number) => ({ notBefore: fromNow(-2), notAfter: fromNow(days) });

/** The CA is the test's (from make-certificate.ts), so it can issue certificates that the program never would. */
const ca = makeCa(life(3650));
const foreignCa = makeCa({
  keys: keys("otherP256"),
  signer: keys("otherP256"),
  subjectKeyId: "f0",
  ...life(3650),
});
const clientKey = keyPem(keys("p256"));

const ORCHESTRATOR = { namespace: "verify-orchestrator", name: "orchestrator-server" };
const backendOf = (organization: 1 | 2) => ({
  namespace: `verify-org-${organization}`,
  name: "backend-substra-backend-server",
});

describe("countersign verify", function () {
  this.timeout(900_000);
  let stack: TestStack;
  let outputsFile: string;
  let core: CoreV1Api;
  let apps: AppsV1Api;
  let asPatch: ConfigurationOptions;
  const printed: string[] = [];

  before(async () => {
    const sections = consortium("verify");
    const key = keyPem(keys("p384"));
    sections.authority.generations.g1 = { state: "signing", certificate: ca, key };
    stack = await TestStack.create("verify", { ...sections, clusterDomain: "verify.example" });
    await stack.up();
    const outputs = Object.entries(await stack.outputs()).map(
      ([name, { value }]): [string, unknown] => [name, value],
    );
    outputsFile = join(stack.directory, "outputs.json");
    writeFileSync(outputsFile, JSON.stringify(Object.fromEntries(outputs)));
    const client = await import("@kubernetes/client-node");
    const config = new client.KubeConfig();
    config.loadFromFile(stack.environment.KUBECONFIG ?? "");
    core = config.makeApiClient(client.CoreV1Api);
    apps = config.makeApiClient(client.AppsV1Api);
    asPatch = client.setHeaderOptions("Content-Type", client.PatchStrategy.StrategicMergePatch);
  });

  interface Run {
    readonly status: number;
    readonly stdout: string;
    readonly stderr: string;
  }

  function verify(args: readonly string[], environment: Record<string, string> = {}): Promise<Run> {
    const options = { cwd: stack.directory, env: { ...stack.environment, ...environment } };
    return new Promise((done) => {
      execFile(process.execPath, [command, "verify", ...args], options, (error, stdout, stderr) => {
        printed.push(stdout, stderr);
        done({ status: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  }

  /** Returns the failed checks as `party code`. Each must have advice. */
  async function broken(): Promise<string[]> {
    const { stdout, stderr, status } = await verify(["--outputs", outputsFile, "--json"]);
    assert.equal(stderr, "");
    const failed = (JSON.parse(stdout) as Check[]).filter(({ ok }) => !ok);
    for (const { todo } of failed) assert.ok(todo);
    assert.equal(status, failed.some(({ severity }) => severity === "error") ? 1 : 0);
    return failed.map(({ party, code }) => `${party} ${code}`).sort();
  }

  type Named = Readonly<Record<"namespace" | "name", string>>;

  /** Returns the Secret of a Deployment's volume. */
  async function mounted({ namespace, name }: Named, volume: string): Promise<Named> {
    const { spec } = await apps.readNamespacedDeployment({ namespace, name });
    const found = spec?.template.spec?.volumes?.find((each) => each.name === volume);
    const source = found?.secret?.secretName ?? found?.projected?.sources?.[0]?.secret?.name;
    assert.ok(source);
    return { namespace, name: source };
  }

  const pairOf = (organization: 1 | 2) =>
    mounted(backendOf(organization), "orchestrator-tls-client-pair");
  const trustOf = (organization: 1 | 2) =>
    mounted(ORCHESTRATOR, `orchestrator-tls-client-cacert-my-org${organization}-msp`);

  /** Returns the failed checks while a Secret has other content. */
  async function brokenWith(secret: Named, content: Record<string, string>): Promise<string[]> {
    const { data } = await core.readNamespacedSecret(secret);
    await core.patchNamespacedSecret({ ...secret, body: { stringData: content } }, asPatch);
    try {
      return await broken();
    } finally {
      await core.patchNamespacedSecret({ ...secret, body: { data } }, asPatch);
    }
  }

  it("finds that all checks hold", async () => {
    const { status, stdout, stderr } = await verify(["--stack", "verify"]);
    assert.equal(stderr, "");
    assert.match(stdout, /checks: all hold\.\n$/);
    assert.doesNotMatch(stdout, /[×!]/);
    // This also works in a cluster whose domain is not cluster.local.
    const dialled =
      /orchestrator-server\.verify-orchestrator\.svc\.verify\.example, is in the orchestrator's certificate/g;
    assert.equal(stdout.match(dialled)?.length, 2);
    assert.equal(stdout.match(/√ accepted: /g)?.length, 2);
    assert.equal(stdout.match(/√ refuses-/g)?.length, 4 + 2 * 3);
    assert.equal(status, 0);
  });

  const certificates: Record<string, [CertificateOptions, ...string[]]> = {
    "of another organization": [{ subject: [["O", "myorg1msp"]] }, "accepted", "organization"],
    "that has expired": [life(-1), "accepted", "expiry"],
    "that expires soon": [{ notBefore: fromNow(-80), notAfter: fromNow(10) }, "expiry"],
    "without its CA's key identifier": [{ authorityKeyId: null }, "accepted", "key-ids"],
    "that is not for clients": [{ purposes: ["1.3.6.1.5.5.7.3.1"] }, "accepted", "purpose"],
    "that outlives its CA": [life(3651), "ca-life"],
    "of an unknown CA": [{ signer: keys("otherP256") }, "accepted", "chain"],
  };
  for (const [what, [options, ...codes]] of Object.entries(certificates)) {
    it(`finds a certificate ${what}`, async () => {
      const certificate = makeLeaf({ keys: keys("p256"), ...life(90), ...options });
      const pair = { "tls.crt": certificate, "tls.key": clientKey };
      const found = await brokenWith(await pairOf(1), pair);
      assert.deepEqual(
        found,
        codes.map((code) => `MyOrg1MSP ${code}`),
      );
    });
  }

  it("finds another organization's pair", async () => {
    const { data = {} } = await core.readNamespacedSecret(await pairOf(2));
    const pair = Object.entries(data).map(([key, value]): [string, string] => [
      key,
      Buffer.from(value, "base64").toString(),
    ]);
    const found = await brokenWith(await pairOf(1), Object.fromEntries(pair));
    assert.deepEqual(found, ["MyOrg1MSP accepted", "MyOrg1MSP organization"]);
  });

  it("finds a key that is not the certificate's", async () => {
    const found = await brokenWith(await pairOf(1), { "tls.key": keyPem(keys("otherP256")) });
    assert.deepEqual(found, ["MyOrg1MSP key"]);
  });

  it("finds a foreign CA instead of an organization's", async () => {
    const found = await brokenWith(await trustOf(1), { "ca.crt": foreignCa });
    const both = ["MyOrg1MSP", "MyOrg2MSP"]; // all organizations with that CA share one object
    assert.deepEqual(
      found,
      both.flatMap((mspId) => [`${mspId} accepted`, `${mspId} key-ids`]),
    );
  });

  it("finds a foreign CA that a backend would trust for the orchestrator", async () => {
    const bundle = await mounted(backendOf(2), "orchestrator-tls-cacert");
    const found = await brokenWith(bundle, { "ca.crt": foreignCa });
    assert.deepEqual(found, ["MyOrg2MSP accepted", "MyOrg2MSP server-chain"]);
  });

  it("finds a bundle where the orchestrator reads only one certificate", async () => {
    const found = await brokenWith(await trustOf(1), { "ca.crt": ca + foreignCa });
    assert.deepEqual(found, ["orchestrator trust-files"]);
  });

  it("finds a Secret that is missing", async () => {
    const where = await pairOf(1);
    const secret = await core.readNamespacedSecret(where);
    await core.deleteNamespacedSecret(where);
    try {
      assert.deepEqual(await broken(), ["MyOrg1MSP mounted-objects"]);
    } finally {
      delete secret.metadata?.resourceVersion;
      await core.createNamespacedSecret({ namespace: where.namespace, body: secret });
    }
  });

  it("finds a Deployment that was changed to mount another Secret", async () => {
    const deployment = backendOf(1);
    const own = await pairOf(1);
    const { items } = await core.listNamespacedSecret({ namespace: own.namespace });
    const names = items.map(({ metadata }) => metadata?.name ?? "");
    const database = names.find((name) => name.startsWith("my-org1-msp-database-"));
    assert.ok(database);
    const mount = async ({ name }: Named) => {
      const volumes = [{ name: "orchestrator-tls-client-pair", secret: { secretName: name } }];
      const body = { spec: { template: { spec: { volumes } } } };
      await apps.patchNamespacedDeployment({ ...deployment, body }, asPatch);
      await rolledOut(deployment);
    };
    await mount({ ...own, name: database });
    try {
      assert.deepEqual(await broken(), ["MyOrg1MSP drift", "MyOrg1MSP files"]);
    } finally {
      await mount(own);
    }
  });

  async function rolledOut(deployment: Named): Promise<void> {
    for (;;) {
      const { metadata, status } = await apps.readNamespacedDeployment(deployment);
      const isSeen = status?.observedGeneration === metadata?.generation;
      if (isSeen && status?.updatedReplicas === 1 && status.readyReplicas === 1) {
        if (status.replicas === 1) return;
      }
      await new Promise((next) => setTimeout(next, 200));
    }
  }

  /** Returns the failed checks while the orchestrator has other settings. */
  async function brokenWithSettings(settings: Record<string, string | null>): Promise<string[]> {
    const where = { ...ORCHESTRATOR, name: `${ORCHESTRATOR.name}-env` };
    const { data = {} } = await core.readNamespacedConfigMap(where);
    const before = Object.keys(settings).map((key) => [key, data[key] ?? null]);
    await core.patchNamespacedConfigMap({ ...where, body: { data: settings } }, asPatch);
    try {
      return await broken();
    } finally {
      const body = { data: Object.fromEntries(before) as object };
      await core.patchNamespacedConfigMap({ ...where, body }, asPatch);
    }
  }

  it("finds that mutual TLS is off, because everybody is accepted", async () => {
    const off = { ORCHESTRATOR_MTLS_ENABLED: "false", ORCHESTRATOR_VERIFY_CLIENT_MSP_ID: "false" };
    const refusals = ["refuses-expired", "refuses-foreign-ca", "refuses-other-msp-id"];
    assert.deepEqual(await brokenWithSettings(off), [
      ...refusals.map((code) => `MyOrg1MSP ${code}`),
      ...refusals.map((code) => `MyOrg2MSP ${code}`),
      "orchestrator drift",
      "orchestrator mutual-tls",
      "orchestrator refuses-no-certificate",
      "orchestrator verify-msp-id",
    ]);
  });

  it("finds that one organization could act for another", async () => {
    assert.deepEqual(await brokenWithSettings({ ORCHESTRATOR_VERIFY_CLIENT_MSP_ID: "false" }), [
      "MyOrg1MSP refuses-other-msp-id",
      "MyOrg2MSP refuses-other-msp-id",
      "orchestrator drift",
      "orchestrator verify-msp-id",
    ]);
  });

  it("finds a private key in a ConfigMap", async () => {
    const found = await brokenWithSettings({ MISPLACED: clientKey });
    assert.deepEqual(found, ["orchestrator drift", "orchestrator private-keys"]);
  });

  it("reports that it cannot check without a cluster, a stack or Pulumi", async () => {
    const nothing = join(stack.directory, "no-kubeconfig");
    const unreachable = join(stack.directory, "unreachable");
    const kubeconfig = readFileSync(stack.environment.KUBECONFIG ?? "", "utf8");
    writeFileSync(
      unreachable,
      kubeconfig.replace(/https:\/\/127\.0\.0\.1:\d+/, "https://127.0.0.1:1"),
    );
    const attempts: [Promise<Run>, RegExp][] = [
      [
        verify(["--outputs", outputsFile, "--kubeconfig", nothing]),
        /^the kubeconfig cannot be read/,
      ],
      [
        verify(["--outputs", outputsFile, "--kubeconfig", unreachable]),
        /^the Kubernetes API server at https:\/\/127\.0\.0\.1:1 cannot be read/,
      ],
      [
        verify(["--outputs", outputsFile], { PATH: stack.directory }),
        /`openssl` .* must be on the PATH/,
      ],
      [verify(["--outputs", nothing]), /^the outputs cannot be read/],
      [verify(["--stack", "nosuch"]), /--stack nosuch` failed: .*no stack named 'nosuch' found/],
      [verify([], { PATH: stack.directory }), /^there is no `pulumi` on the PATH/],
      [verify(["--no-such-option"]), /unknown option/],
    ];
    for (const [attempt, message] of attempts) {
      const { status, stdout, stderr } = await attempt;
      assert.match(stderr, message);
      assert.deepEqual({ status, stdout }, { status: 2, stdout: "" });
    }
  });

  it("finds that a release is not the one that the stack knows", async () => {
    const file = join(stack.directory, "other.json");
    const organizations = { MyOrg1MSP: { ...backendOf(1), name: "backend", revision: 7 } };
    writeFileSync(file, JSON.stringify({ releases: { organizations } }));
    const { status, stdout } = await verify(["--outputs", file]);
    assert.match(stdout, /× release: release backend in verify-org-1 has no revision 7 in/);
    assert.equal(status, 1);
  });

  it("finds that all checks hold again, and has never printed a key", async () => {
    assert.deepEqual(await broken(), []);
    const everything = printed.join("\n");
    assert.doesNotMatch(everything, /PRIVATE KEY/);
    for (const line of clientKey.split("\n").slice(1, -2)) assert.ok(!everything.includes(line));
  });
});
