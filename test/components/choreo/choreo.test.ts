import assert from "node:assert/strict";
import { readCertificate } from "../../../x509";
import { facts } from "../../../facts";
import type { PlanRow } from "../../../components/choreo/plan";
import type { Run } from "../mock-engine";
import { runStack } from "../run-stack";
import { find, treeOf } from "../tree";
import { reveal, unknown, visible } from "../wire";
import { OPENCHOREO, PROJECT_URL, greeter } from "./make-project";

interface Outputs {
  readonly certificates: { readonly choreo: Readonly<Record<string, { certificate: string }>> };
  readonly choreo: { readonly components: Readonly<Record<string, { plan: readonly PlanRow[] }>> };
  readonly waiting?: Readonly<Record<string, string>>;
}

function outputsOf(run: Run<unknown>, show = visible): Outputs {
  return show(run.outputs.get(find(run.resources, "countersign-test").urn)) as Outputs;
}

const factsOf = (run: Run<unknown>) => facts.parse(reveal(find(run.resources, "choreo").inputs));
const WAITS =
  "its host is known only after its first deployment: set choreo.components.greeter-server.server.projectUrl to the project URL that Choreo's console shows then";

describe("a Choreo project", () => {
  let waiting: Run<unknown>;
  let deployed: Run<unknown>;
  let certificates: Outputs["certificates"]["choreo"];

  before(async () => {
    waiting = await runStack(greeter(), { cluster: false });
    assert.deepEqual(waiting.errors, []);
    const sections = greeter({ projectUrl: PROJECT_URL });
    deployed = await runStack(sections, { cluster: false, state: waiting.state });
    assert.deepEqual(deployed.errors, []);
    certificates = outputsOf(deployed).certificates.choreo;
  });

  it("waits for the host of a server, after creating its key and its clients' certificates", () => {
    const tree = treeOf(waiting.resources).map((line) => line.trim());
    const own = tree.filter((line) => line.includes("choreo"));
    assert.deepEqual(own, [
      "countersign:choreo:Choreo choreo",
      "countersign:choreo:Component choreo-greeter-client",
      "tls:index/locallySignedCert:LocallySignedCert choreo-greeter-client-certificate",
      "tls:index/privateKey:PrivateKey choreo-greeter-client-key",
      "countersign:choreo:Component choreo-greeter-server",
      "tls:index/privateKey:PrivateKey choreo-greeter-server-key",
    ]);
    const reasons = {
      "Choreo greeter-client": "Choreo greeter-server has no project URL yet",
      "Choreo greeter-server": WAITS,
    };
    assert.deepEqual(outputsOf(waiting).waiting, reasons);
    assert.deepEqual(
      waiting.messages.map(({ text }) => text),
      Object.entries(reasons).map(([party, reason]) => `${party} waits: ${reason}`),
    );
    assert.deepEqual(factsOf(waiting), {
      peers: [],
      waiting: Object.keys(reasons),
      kind: "component",
    });
  });

  it("keeps that key for the certificate", () => {
    const key = ({ resources }: Run<unknown>) =>
      find(resources, "choreo-greeter-server-key", "PrivateKey");
    assert.deepEqual(
      waiting.state.get(key(waiting).urn)?.outputs,
      deployed.state.get(key(deployed).urn)?.outputs,
    );
  });

  it("has a server's certificate for its host, and a client's for its identity", () => {
    const [server, client] = ["greeter-server", "greeter-client"].map((name) =>
      readCertificate(certificates[name]?.certificate ?? ""),
    );
    assert.deepEqual(server?.dnsNames, ["greeter-server-3781140846", "localhost"]);
    assert.equal(server.subject.text, "O=greeter, CN=greeter-server");
    assert.deepEqual(client?.dnsNames, []);
    assert.deepEqual(client.subject.commonNames, ["greeter"]);
    const uses = ["server", "client"].map(
      (role) =>
        (
          find(deployed.resources, `choreo-greeter-${role}-certificate`, "LocallySignedCert")
            .inputs as { allowedUses: string[] }
        ).allowedUses,
    );
    assert.deepEqual(uses, [
      ["digital_signature", "server_auth"],
      ["digital_signature", "client_auth"],
    ]);
  });

  it("states who shows which certificate to whom", () => {
    const trusts = ["ca/g1", "ca/g2"];
    assert.deepEqual(factsOf(deployed), {
      peers: [
        {
          party: "Choreo greeter-client",
          source: "choreo.components.greeter-client",
          presents: "choreo-greeter-client-certificate",
          trusts,
          dials: ["Choreo greeter-server"],
        },
        {
          party: "Choreo greeter-server",
          source: "choreo.components.greeter-server",
          presents: "choreo-greeter-server-certificate",
          trusts,
          dials: [],
          serves: "mutual-tls",
        },
      ],
      kind: "component",
    });
  });

  it("states the same at preview, when nothing exists yet", async () => {
    const sections = greeter({ projectUrl: PROJECT_URL });
    const preview = await runStack(sections, { preview: true, cluster: false });
    assert.deepEqual(preview.errors, []);
    assert.deepEqual(factsOf(preview), factsOf(deployed));
    assert.deepEqual(treeOf(preview.resources), treeOf(deployed.resources));
  });

  it("has the keys as its only secret output", () => {
    const shown = outputsOf(deployed) as unknown as Record<string, unknown>;
    assert.equal(shown.choreoKeys, "[secret]");
    const { choreoKeys, ...others } = shown;
    assert.ok(choreoKeys);
    assert.doesNotMatch(JSON.stringify(others), /\[secret\]|PRIVATE KEY/);
    const { choreoKeys: keys } = outputsOf(deployed, reveal) as unknown as {
      choreoKeys: Record<string, string>;
    };
    assert.deepEqual(Object.keys(keys), ["greeter-client", "greeter-server"]);
    assert.match(keys["greeter-server"] ?? "", /^-----BEGIN PRIVATE KEY-----/);
  });

  it("is refused without the host of a server that is deployed", async () => {
    for (const preview of [true, false]) {
      const run = await runStack(greeter(), { preview, cluster: false, state: deployed.state });
      assert.deepEqual(run.errors, [
        "The configuration has a problem; nothing was changed:\n" +
          "  countersign:choreo.components.greeter-server.server.projectUrl: is missing, but greeter-server is deployed with a certificate for greeter-server-3781140846, which would be withdrawn: restore the URL, or remove the component if it no longer exists",
      ]);
      assert.equal(run.resources.length, 1);
    }
  });

  it("gives neither a key nor a certificate to the client of a server with TLS only", async () => {
    const sections = greeter({ projectUrl: PROJECT_URL, clients: "tls" });
    const run = await runStack(sections, { cluster: false });
    assert.deepEqual(run.errors, []);
    const names = run.resources.map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => name.startsWith("choreo-greeter-client")),
      ["choreo-greeter-client"],
    );
    const { components } = outputsOf(run).choreo;
    const held = (name: string) => components[name]?.plan.map(({ holds }) => holds);
    assert.deepEqual(held("greeter-client"), ["ca", "path", "url"]);
    assert.deepEqual(held("greeter-server"), ["certificate", "key", "path", "path"]);
    const [client, server] = factsOf(run).peers ?? [];
    assert.deepEqual([client?.shows, server?.serves, server?.trusts], [false, "tls", []]);
  });

  describe("on OpenChoreo", () => {
    it("does not deploy waiting components", async () => {
      const { resources, errors } = await runStack(greeter({}, OPENCHOREO));
      assert.deepEqual(errors, []);
      assert.ok(!resources.some(({ type }) => /Workload|Secret/.test(type)));
    });

    it("shows a whole Workload at preview, except what is created with it", async () => {
      const sections = greeter({ projectUrl: PROJECT_URL }, OPENCHOREO);
      const run = await runStack(sections, { preview: true });
      const { inputs } = find(run.resources, "choreo-greeter-client-workload");
      const { container } = (visible(inputs) as { spec: { container: object } }).spec;
      assert.deepEqual(container, {
        image: "greeter-client:1",
        env: [
          { key: "CERT_FILE_PATH", value: "/tls/client.crt" },
          { key: "KEY_FILE_PATH", value: "/tls/client.key" },
          { key: "CA_CERT_FILE_PATH", value: "/tls/ca.crt" },
          {
            key: "GREETER_SERVER_URL",
            value: "https://greeter-server-3781140846:8443/greeter",
          },
        ],
        files: [
          { key: "client.crt", mountPath: "/tls", value: unknown },
          {
            key: "client.key",
            mountPath: "/tls",
            valueFrom: { secretKeyRef: { name: unknown, key: "key" } },
          },
          { key: "ca.crt", mountPath: "/tls", value: unknown },
        ],
      });
    });

    /** Kubernetes objects that are created for the server, by type, with those that they depend on. */
    const waysOf = (run: Run<unknown>) => {
      const own = run.resources.filter(({ name }) => name.startsWith("choreo-greeter-server-"));
      const kinds = own.filter(({ type }) => type.startsWith("kubernetes:"));
      const named = new Map(kinds.map((each) => [each.urn, each.name]));
      return Object.fromEntries(
        kinds.map(({ type, name, dependencies }) => [
          `${type.slice(type.lastIndexOf(":") + 1)} ${name}`,
          dependencies
            .map((urn) => named.get(urn) ?? "")
            .filter((each) => each.includes("-server-key")),
        ]),
      );
    };
    const openchoreo = (secretStore?: object) => ({
      openchoreo: { ...OPENCHOREO.openchoreo, ...(secretStore && { secretStore }) },
    });
    const deploy = async (secretStore?: object) => {
      const sections = greeter({ projectUrl: PROJECT_URL }, openchoreo(secretStore));
      const run = await runStack(sections);
      assert.deepEqual(run.errors, []);
      return run;
    };
    const metadataOf = (run: Run<unknown>, name: string, type: string) =>
      (reveal(find(run.resources, name, type).inputs) as { metadata: Record<string, string> })
        .metadata;

    it("puts the key into the data plane's store before the Workload refers to it", async () => {
      const run = await deploy();
      const key = "choreo-greeter-server-key";
      assert.deepEqual(waysOf(run), {
        [`Secret ${key}`]: [],
        [`PushSecret ${key}-push`]: [key],
        [`SecretReference ${key}-reference`]: [key, `${key}-push`],
        "Workload choreo-greeter-server-workload": [`${key}-reference`],
      });
      const { name, namespace } = metadataOf(run, "choreo-greeter-server-key", "Secret");
      assert.match(name ?? "", /^greeter-greeter-server-key-[0-9a-f]{8}$/);
      assert.equal(namespace, "greeter");
      const { inputs } = find(run.resources, "choreo-greeter-server-key", "Secret");
      assert.equal(visible((inputs as { stringData: unknown }).stringData), "[secret]");
      const { resources } = run;
      const others = resources.filter(({ type }) => /^kubernetes:.*:(?!Secret$)\w+$/.test(type));
      assert.ok(others.length >= 6);
      for (const { inputs: public_ } of others) {
        assert.doesNotMatch(JSON.stringify(public_), /PRIVATE KEY/);
        assert.ok(!JSON.stringify(visible(public_)).includes("[secret]"));
      }
      assert.ok(!("choreoKeys" in outputsOf(run)));
    });

    it("puts the key where a store on Kubernetes reads it, or leaves that to people", async () => {
      const kubernetes = await deploy({ kubernetes: { namespace: "keys" } });
      assert.deepEqual(Object.keys(waysOf(kubernetes)), [
        "Secret choreo-greeter-server-key",
        "SecretReference choreo-greeter-server-key-reference",
        "Workload choreo-greeter-server-workload",
      ]);
      const secret = metadataOf(kubernetes, "choreo-greeter-server-key", "Secret");
      const reference = metadataOf(
        kubernetes,
        "choreo-greeter-server-key-reference",
        "SecretReference",
      );
      assert.deepEqual([secret.namespace, reference.namespace], ["keys", "greeter"]);
      assert.equal(secret.name, reference.name);

      const manual = await deploy({ manual: {} });
      assert.deepEqual(Object.keys(waysOf(manual)), [
        "SecretReference choreo-greeter-server-key-reference",
        "Workload choreo-greeter-server-workload",
      ]);
      assert.equal((outputsOf(manual) as unknown as { choreoKeys: string }).choreoKeys, "[secret]");
    });

    it("gives a new key, and all objects for it, another name than the old one", async () => {
      const before = await deploy();
      const sections = greeter({ projectUrl: PROJECT_URL }, OPENCHOREO);
      const { components } = sections.choreo;
      const server = { ...components["greeter-server"], algorithm: "ECDSA-P384" };
      const after = await runStack(
        {
          ...sections,
          choreo: { ...sections.choreo, components: { ...components, "greeter-server": server } },
        },
        { state: before.state },
      );
      assert.deepEqual(after.errors, []);
      const names = (run: Run<unknown>, component: string) =>
        ["key Secret", "key-push PushSecret", "key-reference SecretReference"].map((each) => {
          const [suffix = "", type = ""] = each.split(" ");
          return metadataOf(run, `choreo-${component}-${suffix}`, type).name;
        });
      assert.equal(new Set(names(after, "greeter-server")).size, 1);
      assert.notDeepEqual(names(after, "greeter-server"), names(before, "greeter-server"));
      assert.deepEqual(names(after, "greeter-client"), names(before, "greeter-client"));
    });
  });
});
