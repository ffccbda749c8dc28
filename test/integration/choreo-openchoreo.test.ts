import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { keyMatchesCertificate } from "../../x509";
import { custom, ourSecrets, secretsIn } from "./api";
import { GROUP, workloadCrd } from "./choreo/crd";
import { installCrd } from "./kubectl";
import { countersign } from "./people";
import { TestStack, type Sections } from "./stack";
import { nearlyExpire } from "./time";

const NAMESPACE = "choreo-workloads";
const SERVER = { projectUrl: "http://greeter-server-3781140846:8443/greeter" };

const CLIENT = {
  client: { identity: "greeter", calls: { "greeter-server": "GREETER_SERVER_URL" } },
  workload: "client.yml",
};

const sections = (server: object = {}, components: object = {}, project = "greeter"): Sections => ({
  authority: {
    subject: { commonName: "Greeter CA" },
    generations: { g1: { state: "signing" } },
  },
  choreo: {
    project,
    target: { openchoreo: { namespace: NAMESPACE, createNamespace: true } },
    components: {
      "greeter-server": { server: { ...SERVER, ...server }, image: "greeter-server:1" },
      "greeter-client": CLIENT,
      ...components,
    },
  },
});

/** A Workload as somebody has it, with what is not ours. */
const MANIFEST = `
apiVersion: ${GROUP}/v1alpha1
kind: Workload
metadata: { labels: { team: greeters } }
spec:
  endpoints: { metrics: { type: HTTP, port: 9090 } }
  container:
    image: greeter-client:2
    args: [--greet]
    env: [{ key: LOG_LEVEL, value: debug }]
    files: [{ key: app.yml, mountPath: /etc/app, value: "a: 1" }]
`;

interface Workload {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly owner: object;
    readonly container: {
      readonly env: readonly { readonly key: string; readonly value?: string }[];
      readonly files?: readonly { readonly key: string }[];
    };
  };
}

const workload = (name: string) =>
  custom<Workload>(`${GROUP}/v1alpha1`, NAMESPACE, "workloads", name);

describe("a Choreo project on OpenChoreo", function () {
  this.timeout(300_000);
  let stack: TestStack;

  before(async () => {
    await installCrd(`workloads.${GROUP}`, workloadCrd());
    stack = await TestStack.create("choreo-workloads", sections());
    writeFileSync(join(stack.directory, "client.yml"), MANIFEST);
  });

  const run = (command: "report" | "verify") =>
    countersign(
      { folder: stack.directory, environment: stack.environment },
      ...[command, "--stack", stack.name],
    );

  it("is deployed as it is, and nothing of it is dropped by the schema", async () => {
    const { outputs } = await stack.up();
    const { certificates, caBundle, choreo } = outputs as unknown as {
      caBundle: string;
      certificates: { choreo: Record<string, { certificate: string }> };
      choreo: { components: Record<string, { workload: { keySecret: string } }> };
    };
    const secret = choreo.components["greeter-client"]?.workload.keySecret ?? "";
    const certificate = certificates.choreo["greeter-client"]?.certificate ?? "";
    const client = await workload("greeter-client");
    assert.deepEqual(client?.spec, {
      owner: { projectName: "greeter", componentName: "greeter-client" },
      endpoints: { metrics: { type: "HTTP", port: 9090 } },
      container: {
        image: "greeter-client:2",
        args: ["--greet"],
        env: [
          { key: "LOG_LEVEL", value: "debug" },
          { key: "CERT_FILE_PATH", value: "/tls/client.crt" },
          { key: "KEY_FILE_PATH", value: "/tls/client.key" },
          { key: "CA_CERT_FILE_PATH", value: "/tls/ca.crt" },
          {
            key: "GREETER_SERVER_URL",
            value: "https://greeter-server-3781140846:8443/greeter",
          },
        ],
        files: [
          { key: "app.yml", mountPath: "/etc/app", value: "a: 1" },
          { key: "client.crt", mountPath: "/tls", value: certificate },
          {
            key: "client.key",
            mountPath: "/tls",
            valueFrom: { secretKeyRef: { name: secret, key: "client.key" } },
          },
          { key: "ca.crt", mountPath: "/tls", value: caBundle },
        ],
      },
    });
    assert.equal(client.metadata.labels?.team, "greeters");
    const data = (await ourSecrets(NAMESPACE)).get(secret)?.data;
    const key = Buffer.from(data?.["client.key"] ?? "", "base64").toString();
    assert.ok(keyMatchesCertificate(key, certificate));
    await stack.assertSettled();
    assert.match(await run("verify"), /checks: all hold\.\n$/);
  });

  it("shows a renewal as what it is, and does it in one up", async () => {
    await nearlyExpire(stack, "choreo-greeter-server-certificate");
    const renewal = [
      "replace LocallySignedCert choreo-greeter-server-certificate",
      "update Workload choreo-greeter-server-workload",
    ];
    assert.deepEqual(await stack.preview(), renewal);
    assert.match(
      await run("report"),
      /^- `Workload greeter-server` in `choreo-workloads` changes, .*: container\.files\\\[0\\\] changes$/m,
    );
    assert.deepEqual((await stack.up()).changes, renewal);
    await stack.assertSettled();
  });

  it("has a component more, which waits, while the others go on", async () => {
    const more = { mailer: { server: {}, image: "mailer:1" } };
    await stack.configure(sections({}, more));
    const { changes } = await stack.up();
    assert.ok(changes.every((change) => change.startsWith("create ")));
    assert.equal(await workload("mailer"), undefined);
    const text = await run("verify");
    assert.match(text, /^Choreo mailer\n {2}! waiting: it waits: its host is known only after/m);
    assert.match(text, /checks: all hold, 1 early warning\.\n$/);
  });

  it("belongs to its project for good, as the API allows no other owner", async () => {
    await stack.configure(sections({}, {}, "welcome"));
    assert.match(
      await stack.refusal(),
      /choreo\.project: is "welcome", but Workloads of project "greeter" are deployed/,
    );
  });

  it("has with TLS only no key of the client, also not in the cluster", async () => {
    await stack.configure(sections({ clients: "tls" }));
    const { changes } = await stack.up();
    assert.ok(changes.includes("delete Secret choreo-greeter-client-key"));
    assert.ok(changes.includes("delete PrivateKey choreo-greeter-client-identity-key"));
    const { container } = (await workload("greeter-client"))?.spec ?? {};
    assert.deepEqual(
      container?.files?.map(({ key }) => key),
      ["app.yml", "ca.crt"],
    );
    assert.deepEqual(
      container.env.map(({ key }) => key),
      ["LOG_LEVEL", "CA_CERT_FILE_PATH", "GREETER_SERVER_URL"],
    );
    assert.equal((await ourSecrets(NAMESPACE)).size, 1);
    assert.match(await run("verify"), /checks: all hold\.\n$/);
  });

  it("leaves nothing behind", async () => {
    await stack.destroy();
    assert.equal(await workload("greeter-server"), undefined);
    assert.deepEqual(await secretsIn(NAMESPACE), []);
  });
});
