import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { AppsV1Api, CoreV1Api, V1PodSpec, V1Volume } from "@kubernetes/client-node";
import type { Check } from "../../cli/check";
import { makeCa, makeLeaf, type CertificateOptions } from "../unit/x509/make-certificate";
import { keys } from "../unit/x509/make-keys";
import { consortium } from "./example";
import { TestStack } from "./stack";

const command = resolve(__dirname, "..", "..", "cli", "countersign.mjs");
const DAY = 24 * 3600 * 1000;
const fromNow = (days: number) => new Date(Date.now() + days * DAY).toISOString();

/** The CA is the test's own, so that it can issue what the program never would. */
const caKeys = keys("p384");
const clientKeys = keys("p256");
const keyPem = (pair: typeof caKeys) =>
  pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const life = (days: number) => ({ notBefore: fromNow(-2), notAfter: fromNow(days) });

interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe("countersign verify", function () {
  this.timeout(300_000);
  const orchestrator = "verify-orchestrator";
  const server = "orchestrator-server";
  const backend = "backend-substra-backend-server";
  let stack: TestStack;
  let core: CoreV1Api;
  let apps: AppsV1Api;
  const printed: string[] = [];

  before(async () => {
    const sections = consortium("verify");
    sections.authority.generations.g1 = {
      state: "signing",
      certificate: makeCa(life(3650)),
      key: keyPem(caKeys),
    };
    stack = await TestStack.create("verify", sections);
    await stack.up();
    const outputs = Object.entries(await stack.outputs()).map(([name, { value }]) => [
      name,
      value as unknown,
    ]);
    writeFileSync(outputsFile(), JSON.stringify(Object.fromEntries(outputs)));
    const {
      KubeConfig,
      CoreV1Api: Core,
      AppsV1Api: Apps,
    } = await import("@kubernetes/client-node");
    const config = new KubeConfig();
    config.loadFromFile(stack.environment.KUBECONFIG ?? "");
    core = config.makeApiClient(Core);
    apps = config.makeApiClient(Apps);
  });
  after(() => stack.destroy());
  after(() => {
    const everything = printed.join("\n");
    assert.doesNotMatch(everything, /PRIVATE KEY/);
    assert.ok(!everything.includes(keyPem(clientKeys).split("\n")[1] ?? ""));
  });

  const outputsFile = () => join(stack.directory, "outputs.json");

  function verify(args: readonly string[], environment: Record<string, string> = {}): Promise<Run> {
    const options = { cwd: stack.directory, env: { ...stack.environment, ...environment } };
    return new Promise((done) => {
      execFile(process.execPath, [command, "verify", ...args], options, (error, stdout, stderr) => {
        printed.push(stdout, stderr);
        done({ status: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  }

  /** What does not hold, as `party code`, and each with something to do. */
  async function broken(): Promise<string[]> {
    const { stdout, stderr, status } = await verify(["--outputs", outputsFile(), "--json"]);
    assert.equal(stderr, "");
    const failed = (JSON.parse(stdout) as Check[]).filter(({ ok }) => !ok);
    for (const { todo } of failed) assert.ok(todo);
    assert.equal(status, failed.some(({ severity }) => severity === "error") ? 1 : 0);
    return failed.map(({ party, code }) => `${party} ${code}`).sort();
  }

  async function podOf(namespace: string, name: string): Promise<V1PodSpec> {
    const { spec } = await apps.readNamespacedDeployment({ namespace, name });
    return spec!.template.spec!;
  }

  const secretIn = ({ secret, projected }: V1Volume) =>
    secret?.secretName ?? projected?.sources?.[0]?.secret?.name ?? "";

  async function mounted(namespace: string, deployment: string, volume: string): Promise<string> {
    const { volumes = [] } = await podOf(namespace, deployment);
    return secretIn(volumes.find(({ name }) => name === volume)!);
  }

  /** Runs something while a Secret has other content. */
  async function withSecret<T>(
    namespace: string,
    name: string,
    content: Record<string, string>,
    action: () => Promise<T>,
  ): Promise<T> {
    const secret = await core.readNamespacedSecret({ namespace, name });
    const data = Object.entries(content).map(([key, text]) => [
      key,
      Buffer.from(text).toString("base64"),
    ]);
    const body = {
      ...secret,
      data: { ...secret.data, ...Object.fromEntries(data) } as Record<string, string>,
    };
    delete body.metadata!.resourceVersion;
    await core.replaceNamespacedSecret({ namespace, name, body });
    try {
      return await action();
    } finally {
      await core.replaceNamespacedSecret({ namespace, name, body: secret });
    }
  }

  const clientPair = (organization: 1 | 2) =>
    mounted(`verify-org-${organization}`, backend, "orchestrator-tls-client-pair");

  /** What verify finds while the first organization has a certificate of the test's. */
  async function brokenWith(options: CertificateOptions): Promise<string[]> {
    const certificate = makeLeaf({ keys: clientKeys, ...life(90), ...options });
    const pair = { "tls.crt": certificate, "tls.key": keyPem(clientKeys) };
    return withSecret("verify-org-1", await clientPair(1), pair, broken);
  }

  it("finds that everything holds", async () => {
    const { status, stdout, stderr } = await verify(["--stack", "verify"]);
    assert.equal(stderr, "");
    assert.match(stdout, /checks: all hold\.\n$/);
    assert.doesNotMatch(stdout, /[×!]/);
    assert.equal(stdout.match(/√ accepted: /g)?.length, 2);
    assert.equal(stdout.match(/√ refuses-/g)?.length, 3 + 2 * 3);
    assert.equal(status, 0);
  });

  it("finds another organization's pair", async () => {
    const other = await core.readNamespacedSecret({
      namespace: "verify-org-2",
      name: await clientPair(2),
    });
    const text = (key: string) => Buffer.from(other.data![key]!, "base64").toString();
    const pair = { "tls.crt": text("tls.crt"), "tls.key": text("tls.key") };
    const found = await withSecret("verify-org-1", await clientPair(1), pair, broken);
    assert.deepEqual(found, ["MyOrg1MSP accepted", "MyOrg1MSP organization"]);
  });

  it("finds a wrong organization in the certificate", async () => {
    const found = await brokenWith({ subject: [["O", "myorg1msp"]] });
    assert.deepEqual(found, ["MyOrg1MSP accepted", "MyOrg1MSP organization"]);
  });

  it("finds an expired certificate", async () => {
    assert.deepEqual(await brokenWith(life(-1)), ["MyOrg1MSP accepted", "MyOrg1MSP expiry"]);
  });

  it("warns of a certificate that expires soon", async () => {
    const found = await brokenWith({ notBefore: fromNow(-80), notAfter: fromNow(10) });
    assert.deepEqual(found, ["MyOrg1MSP expiry"]);
  });

  it("finds a certificate without key identifier", async () => {
    const found = await brokenWith({ authorityKeyId: null });
    assert.deepEqual(found, ["MyOrg1MSP accepted", "MyOrg1MSP key-ids"]);
  });

  it("finds a certificate that is not for clients", async () => {
    const found = await brokenWith({ purposes: ["1.3.6.1.5.5.7.3.1"] });
    assert.deepEqual(found, ["MyOrg1MSP accepted", "MyOrg1MSP purpose"]);
  });

  it("finds a key that is not the certificate's", async () => {
    const pair = { "tls.key": keyPem(keys("otherP256")) };
    const found = await withSecret("verify-org-1", await clientPair(1), pair, broken);
    assert.deepEqual(found, ["MyOrg1MSP accepted", "MyOrg1MSP key"]);
  });

  const foreignCa = () =>
    makeCa({
      keys: keys("otherP256"),
      signer: keys("otherP256"),
      subjectKeyId: "f0",
      ...life(3650),
    });

  it("finds a foreign CA among those that the orchestrator trusts", async () => {
    const name = await mounted(orchestrator, server, "orchestrator-tls-client-cacert-my-org1-msp");
    const found = await withSecret(orchestrator, name, { "ca.crt": foreignCa() }, broken);
    assert.deepEqual(found, [
      "MyOrg1MSP accepted",
      "MyOrg1MSP key-ids",
      "MyOrg2MSP accepted",
      "MyOrg2MSP key-ids",
    ]);
  });

  it("finds a foreign CA by which a backend would know the orchestrator", async () => {
    const name = await mounted("verify-org-2", backend, "orchestrator-tls-cacert");
    const found = await withSecret("verify-org-2", name, { "ca.crt": foreignCa() }, broken);
    assert.deepEqual(found, ["MyOrg2MSP accepted", "MyOrg2MSP server-chain"]);
  });

  it("finds a bundle where the orchestrator reads one certificate", async () => {
    const name = await mounted(orchestrator, server, "orchestrator-tls-client-cacert-my-org1-msp");
    const { data = {} } = await core.readNamespacedSecret({ namespace: orchestrator, name });
    const bundle = Buffer.from(data["ca.crt"] ?? "", "base64").toString() + foreignCa();
    const found = await withSecret(orchestrator, name, { "ca.crt": bundle }, broken);
    assert.deepEqual(found, ["orchestrator trust-files"]);
  });

  it("finds a Secret that is missing", async () => {
    const namespace = "verify-org-1";
    const name = await clientPair(1);
    const secret = await core.readNamespacedSecret({ namespace, name });
    await core.deleteNamespacedSecret({ namespace, name });
    try {
      assert.deepEqual(await broken(), ["MyOrg1MSP mounted-objects"]);
    } finally {
      delete secret.metadata!.resourceVersion;
      await core.createNamespacedSecret({ namespace, body: secret });
    }
  });

  it("finds a Deployment that was changed to mount another Secret", async () => {
    const namespace = "verify-org-1";
    const metadata = { name: "by-hand" };
    const leaf = makeLeaf({ keys: clientKeys, ...life(90), subject: [["O", "Other"]] });
    const stringData = { "tls.crt": leaf, "tls.key": keyPem(clientKeys) };
    await core.createNamespacedSecret({ namespace, body: { metadata, stringData } });
    const deployment = await apps.readNamespacedDeployment({ namespace, name: backend });
    const pod = deployment.spec!.template.spec!;
    const change = (secretName: string) => {
      pod.volumes!.find(({ name }) => name === "orchestrator-tls-client-pair")!.secret = {
        secretName,
      };
      delete deployment.metadata!.resourceVersion;
      return apps.replaceNamespacedDeployment({ namespace, name: backend, body: deployment });
    };
    const before = await clientPair(1);
    await change("by-hand");
    await settled(namespace);
    try {
      assert.deepEqual(await broken(), [
        "MyOrg1MSP accepted",
        "MyOrg1MSP drift",
        "MyOrg1MSP organization",
      ]);
    } finally {
      await change(before);
      await settled(namespace);
      await core.deleteNamespacedSecret({ namespace, name: "by-hand" });
    }
  });

  async function settled(namespace: string): Promise<void> {
    for (;;) {
      const { metadata, status } = await apps.readNamespacedDeployment({
        namespace,
        name: backend,
      });
      const isSeen = status?.observedGeneration === metadata?.generation;
      if (
        isSeen &&
        status?.updatedReplicas === 1 &&
        status.readyReplicas === 1 &&
        status.replicas === 1
      )
        return;
      await new Promise((next) => setTimeout(next, 200));
    }
  }

  /** Runs something while the orchestrator's settings are other ones. */
  async function withSettings<T>(
    settings: Record<string, string>,
    action: () => Promise<T>,
  ): Promise<T> {
    const where = { namespace: orchestrator, name: `${server}-env` };
    const object = await core.readNamespacedConfigMap(where);
    delete object.metadata!.resourceVersion;
    await core.replaceNamespacedConfigMap({
      ...where,
      body: { ...object, data: { ...object.data, ...settings } },
    });
    try {
      return await action();
    } finally {
      await core.replaceNamespacedConfigMap({ ...where, body: object });
    }
  }

  it("finds that mutual TLS is off, and everybody is let in", async () => {
    const off = { ORCHESTRATOR_MTLS_ENABLED: "false", ORCHESTRATOR_VERIFY_CLIENT_MSP_ID: "false" };
    assert.deepEqual(await withSettings(off, broken), [
      "MyOrg1MSP refuses-expired",
      "MyOrg1MSP refuses-foreign-ca",
      "MyOrg1MSP refuses-other-msp-id",
      "MyOrg2MSP refuses-expired",
      "MyOrg2MSP refuses-foreign-ca",
      "MyOrg2MSP refuses-other-msp-id",
      "orchestrator drift",
      "orchestrator mutual-tls",
      "orchestrator refuses-no-certificate",
      "orchestrator verify-msp-id",
    ]);
  });

  it("finds that one organization could speak for another", async () => {
    const off = { ORCHESTRATOR_VERIFY_CLIENT_MSP_ID: "false" };
    assert.deepEqual(await withSettings(off, broken), [
      // Both are members of the one channel, so nothing else keeps them apart.
      "MyOrg1MSP refuses-other-msp-id",
      "MyOrg2MSP refuses-other-msp-id",
      "orchestrator drift",
      "orchestrator verify-msp-id",
    ]);
  });

  it("finds a private key in a ConfigMap", async () => {
    const found = await withSettings({ OOPS: keyPem(clientKeys) }, broken);
    assert.deepEqual(found, ["orchestrator drift", "orchestrator private-keys"]);
  });

  it("cannot check without a cluster, a stack or Pulumi, and says so", async () => {
    const nothing = join(stack.directory, "no-kubeconfig");
    const noCluster = await verify(["--outputs", outputsFile(), "--kubeconfig", nothing]);
    assert.equal(noCluster.status, 2);
    assert.match(noCluster.stderr, /^the kubeconfig cannot be read: .*no-kubeconfig/);
    const noStack = await verify(["--stack", "nosuch"]);
    assert.equal(noStack.status, 2);
    assert.match(
      noStack.stderr,
      /`pulumi stack output .*--stack nosuch` failed: .*no stack named 'nosuch' found/,
    );
    const noPulumi = await verify(["--stack", "verify"], { PATH: stack.directory });
    assert.equal(noPulumi.status, 2);
    assert.match(noPulumi.stderr, /no `pulumi` on the PATH/);
    assert.equal(noPulumi.stdout, "");
  });

  it("finds that everything holds again, and what was in the way when a release is not there", async () => {
    assert.deepEqual(await broken(), []);
    const elsewhere = { name: "backend", namespace: "verify-org-1", revision: 7 };
    const file = join(stack.directory, "other.json");
    writeFileSync(file, JSON.stringify({ releases: { organizations: { MyOrg1MSP: elsewhere } } }));
    const { status, stdout } = await verify(["--outputs", file]);
    assert.equal(status, 1);
    assert.match(
      stdout,
      /× release: release backend in verify-org-1 has no revision 7 in the cluster/,
    );
  });
});
