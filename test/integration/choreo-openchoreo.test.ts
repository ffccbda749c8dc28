import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keyMatchesCertificate } from "../../x509";
import { custom, list, ourSecrets, secretsIn } from "./api";
import { GROUP, installOpenChoreo } from "./choreo/crd";
import { ExternalSecrets } from "./choreo/external-secrets";
import { release } from "./choreo/releases";
import { countersign } from "./people";
import { TestStack, type Sections } from "./stack";
import { nearlyExpire } from "./time";

const NAMESPACE = "choreo-workloads";
const SERVER = { projectUrl: "http://greeter-server-3781140846:8443/greeter" };

const CLIENT = {
  client: { identity: "greeter", calls: { "greeter-server": "GREETER_SERVER_URL" } },
  workload: "client.yml",
};

/** The stack with other settings of the server, other components, or another project. */
const sections = (
  server: object = {},
  components: object = {},
  { project = "greeter", ...openchoreo }: { project?: string; secretStore?: object } = {},
): Sections => ({
  authority: {
    subject: { commonName: "Greeter CA" },
    generations: { g1: { state: "signing" } },
  },
  choreo: {
    project,
    target: { openchoreo: { namespace: NAMESPACE, createNamespace: true, ...openchoreo } },
    components: {
      "greeter-server": { server: { ...SERVER, ...server }, image: "greeter-server:1" },
      "greeter-client": CLIENT,
      ...components,
    },
  },
});

/** Somebody's Workload, with settings that Countersign does not make. */
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

/** The outputs that these tests read. */
interface Values {
  readonly caBundle: string;
  readonly certificates: { readonly choreo: Readonly<Record<string, { certificate: string }>> };
  readonly choreo: {
    readonly components: Readonly<Record<string, { workload: { keyReference: string } }>>;
  };
}

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

const API = `${GROUP}/v1alpha1`;
const workload = (name: string) => custom<Workload>(API, NAMESPACE, "workloads", name);
const namesOf = async (path: string) => {
  const all = await list<{ metadata: { name: string } }>(path);
  return all.map(({ metadata }) => metadata.name).sort();
};
const references = () => namesOf(`/apis/${API}/namespaces/${NAMESPACE}/secretreferences`);
const pushes = () =>
  namesOf(`/apis/external-secrets.io/v1alpha1/namespaces/${NAMESPACE}/pushsecrets`);

describe("a Choreo project on OpenChoreo", function () {
  this.timeout(900_000);
  let stack: TestStack;
  let external: ExternalSecrets;

  before(async () => {
    await installOpenChoreo();
    external = new ExternalSecrets(NAMESPACE);
    stack = await TestStack.create("choreo-workloads", sections());
    writeFileSync(join(stack.directory, "client.yml"), MANIFEST);
  });
  after(() => external.stop());

  const run = (...args: string[]) =>
    countersign(
      { folder: stack.directory, environment: stack.environment },
      ...args,
      ...["--stack", stack.name],
    );
  /** Checks that the store has the key of a component's certificate, and returns the name of its reference. */
  const stored = async (component: string) => {
    const { choreo, certificates } = (await stack.values()) as unknown as Values;
    const name = choreo.components[component]?.workload.keyReference ?? "";
    const key = external.store.get(`${name}/key`) ?? "";
    assert.ok(keyMatchesCertificate(key, certificates.choreo[component]?.certificate ?? ""));
    return name;
  };

  it("is deployed completely, without any field dropped by the schema", async () => {
    const { outputs } = await stack.up();
    const { certificates, caBundle } = outputs as unknown as Values;
    const name = await stored("greeter-client");
    assert.match(name, /^choreo-workloads-greeter-client-key-[0-9a-f]{8}$/);
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
          {
            key: "client.crt",
            mountPath: "/tls",
            value: certificates.choreo["greeter-client"]?.certificate,
          },
          {
            key: "client.key",
            mountPath: "/tls",
            valueFrom: { secretKeyRef: { name, key: "key" } },
          },
          { key: "ca.crt", mountPath: "/tls", value: caBundle },
        ],
      },
    });
    assert.equal(client.metadata.labels?.team, "greeters");
    const reference = await custom<{ spec: object }>(API, NAMESPACE, "secretreferences", name);
    assert.deepEqual(reference?.spec, {
      data: [{ secretKey: "key", remoteRef: { key: name, property: "key" } }],
      template: { type: "Opaque" },
      refreshInterval: "1h",
    });
    await stack.assertSettled();
  });

  it("reports that no environment runs it until one does", async () => {
    const text = await run("verify");
    assert.match(text, /^ {2}! roll-out: no environment runs it yet\.$/m);
    assert.match(text, /checks: all hold, 2 early warnings\.\n$/);
    await release(NAMESPACE, "development", "greeter-server", "greeter-client");
    assert.match(await run("verify"), /checks: all hold\.\n$/);
  });

  it("previews a renewal precisely, and completes it in one up", async () => {
    const name = await stored("greeter-server");
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
    assert.equal(await stored("greeter-server"), name);
  });

  it("reports environments that run the release before the renewal", async () => {
    const text = await run("verify");
    assert.match(
      text,
      /! roll-out: Environment development runs release greeter-server-1, which is not the current Workload, with a certificate until \d{4}-\d\d-\d\d\.$/m,
    );
    assert.match(text, /checks: all hold, 1 early warning\.\n$/);
    await release(NAMESPACE, "development", "greeter-server");
    assert.match(await run("verify"), /checks: all hold\.\n$/);
  });

  it("puts a new key into the store before it refers to it, and then removes the old one", async () => {
    const [before, client] = [await stored("greeter-server"), await stored("greeter-client")];
    const p384 = {
      "greeter-server": { server: SERVER, image: "greeter-server:1", algorithm: "ECDSA-P384" },
    };
    await stack.configure(sections({}, p384));
    await stack.up();
    const now = await stored("greeter-server");
    assert.notEqual(now, before);
    assert.deepEqual(await references(), [client, now].sort());
    assert.deepEqual(await pushes(), [client, now].sort());
    assert.deepEqual([...(await ourSecrets(NAMESPACE)).keys()].sort(), [client, now].sort());
    await stack.configure(sections());
    await stack.up();
    await release(NAMESPACE, "development", "greeter-server");
    assert.match(await run("verify"), /checks: all hold\.\n$/);
  });

  it("leaves keys to people, who export them, and takes them over again", async () => {
    const names = [await stored("greeter-client"), await stored("greeter-server")];
    await assert.rejects(
      run("choreo", "export", "--to", "exported"),
      /nothing is entered by hand here: the stack deploys the Workloads, and their keys get into the secret store as/,
    );
    await stack.configure(sections({}, {}, { secretStore: { manual: {} } }));
    const { changes } = await stack.up();
    assert.deepEqual(
      changes.filter((change) => !change.includes(" Secret choreo")),
      [
        "delete PushSecret choreo-greeter-client-key-push",
        "delete PushSecret choreo-greeter-server-key-push",
      ],
    );
    assert.deepEqual(await secretsIn(NAMESPACE), []);
    assert.deepEqual(await references(), names);
    const text = await run("choreo", "export", "--to", "exported");
    assert.match(text, /into OpenBao, for example: `bao kv put secret\/NAME key=@NAME`$/m);
    const { certificates } = (await stack.values()) as unknown as Values;
    for (const name of names) {
      const component = name.replace(/^choreo-workloads-(.*)-key-\w+$/, "$1");
      const key = readFileSync(join(stack.directory, "exported", name), "utf8");
      const certificate = certificates.choreo[component]?.certificate ?? "";
      assert.ok(keyMatchesCertificate(key, certificate), name);
    }
    const verified = await run("verify");
    assert.match(
      verified,
      /people write its key into the store as choreo-workloads-greeter-server-key/,
    );
    assert.match(verified, /checks: all hold\.\n$/);
    await stack.configure(sections());
    await stack.up();
    assert.equal(await stored("greeter-server"), names[1]);
  });

  it("gets another component, which waits while the others keep running", async () => {
    const more = { mailer: { server: {}, image: "mailer:1" } };
    await stack.configure(sections({}, more));
    const { changes } = await stack.up();
    assert.ok(changes.every((change) => change.startsWith("create ")));
    assert.equal(await workload("mailer"), undefined);
    const text = await run("verify");
    assert.match(text, /^Choreo mailer\n {2}! waiting: it waits: its host is known only after/m);
    assert.match(text, /checks: all hold, 1 early warning\.\n$/);
  });

  it("belongs to its project permanently, as the API allows no other owner", async () => {
    await stack.configure(sections({}, {}, { project: "welcome" }));
    assert.match(
      await stack.refusal(),
      /choreo\.project: is "welcome", but Workloads of project "greeter" are deployed/,
    );
  });

  it("has no client key with TLS only, not even in the cluster", async () => {
    await stack.configure(sections({ clients: "tls" }));
    const { changes } = await stack.up();
    for (const gone of ["Secret", "PushSecret", "SecretReference"]) {
      assert.ok(
        changes.some((change) => change.startsWith(`delete ${gone} choreo-greeter-client-key`)),
      );
    }
    assert.ok(changes.includes("delete PrivateKey choreo-greeter-client-key"));
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
    await release(NAMESPACE, "development", "greeter-server", "greeter-client");
    assert.match(await run("verify"), /checks: all hold\.\n$/);
  });

  it("leaves nothing behind", async () => {
    await stack.destroy();
    assert.equal(await workload("greeter-server"), undefined);
    assert.deepEqual(await secretsIn(NAMESPACE), []);
    assert.deepEqual(await references(), []);
    assert.deepEqual(await pushes(), []);
  });
});
