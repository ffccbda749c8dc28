import assert from "node:assert/strict";
import { Orchestrator, type OrchestratorArgs } from "../../../components/substra";
import { readCertificate } from "../../../x509";
import { runProgram, type Registered, type Run } from "../mock-engine";
import { find, treeOf } from "../tree";
import { valueOf } from "../value-of";
import { reveal, visible } from "../wire";
import { NEW_CA, OLD_CA, orchestratorArgs } from "./parts";

function orchestrator(args: Partial<OrchestratorArgs> = {}) {
  return () => new Orchestrator("orchestrator", { ...orchestratorArgs(), ...args });
}

function contentOf({ inputs }: Registered) {
  return (reveal(inputs) as { stringData: Record<string, string> }).stringData;
}

describe("Orchestrator", () => {
  let up: Run<Orchestrator>;
  before(async () => {
    up = await runProgram(orchestrator());
  });

  it("consists of a key, a certificate, their Secret, the CAs, a password and a release", () => {
    const { resources, errors } = up;
    assert.deepEqual(errors, []);
    assert.deepEqual(treeOf(resources), [
      "countersign:pki:CertificateAuthority ca",
      "  random:index/randomId:RandomId ca-g1-first",
      "  random:index/randomId:RandomId ca-g2-first",
      "countersign:substra:Orchestrator orchestrator",
      "  kubernetes:core/v1:Secret orchestrator-ca-bundle",
      "  kubernetes:core/v1:Secret orchestrator-client-ca-g1",
      "  kubernetes:core/v1:Secret orchestrator-client-ca-g2",
      "  kubernetes:core/v1:Secret orchestrator-database",
      "  kubernetes:core/v1:Secret orchestrator-server-pair",
      "  kubernetes:helm.sh/v3:Release orchestrator",
      "  random:index/randomPassword:RandomPassword orchestrator-database-password",
      "  tls:index/locallySignedCert:LocallySignedCert orchestrator-certificate",
      "  tls:index/privateKey:PrivateKey orchestrator-key",
      "kubernetes:core/v1:Namespace namespace-consortium",
    ]);
  });

  it("deploys the chart with these values", () => {
    const { resources } = up;
    const clientCas = ["orchestrator-client-ca-g1-0a1b2c3d", "orchestrator-client-ca-g2-0a1b2c3d"];
    assert.deepEqual(visible(find(resources, "orchestrator", "Release").inputs), {
      compat: "true",
      chart: "orchestrator",
      version: "8.8.0",
      repositoryOpts: { repo: "https://charts.example" },
      name: "orchestrator",
      namespace: "consortium",
      atomic: true,
      timeout: 300,
      maxHistory: 5,
      values: {
        orchestrator: {
          verifyClientMSPID: true,
          tls: {
            enabled: true,
            cacert: "orchestrator-ca-bundle-0a1b2c3d",
            secrets: { pair: "orchestrator-server-pair-0a1b2c3d" },
            mtls: {
              enabled: true,
              clientCACerts: { MyOrg1MSP: clientCas, MyOrg2MSP: clientCas },
            },
          },
        },
        channels: [
          { name: "first", organizations: ["MyOrg2MSP", "MyOrg1MSP"] },
          { name: "second", organizations: ["MyOrg1MSP"] },
        ],
        podAnnotations: { "countersign/channels": "7bb7d9a812c61575" },
        ingress: { enabled: true, hostname: "orchestrator.example", ingressClassName: "public" },
        database: {
          auth: {
            database: "orchestrator",
            username: "substra",
            credentialsSecretName: "orchestrator-database-0a1b2c3d",
          },
        },
        postgresql: {
          auth: {
            database: "orchestrator",
            username: "substra",
            existingSecret: "orchestrator-database-0a1b2c3d",
          },
          image: { repository: "bitnamilegacy/postgresql" },
        },
      },
    });
  });

  it("has a certificate for all names that are dialled, as server and as client of its own probes", async () => {
    const { value, resources } = up;
    assert.ok(value);
    const { certificate } = await valueOf(value.certificate);
    const { subject, dnsNames, extendedKeyUsages } = readCertificate(certificate);
    // No MSP ID contains a space, so this certificate acts for no organization.
    assert.equal(subject.text, "O=Substra orchestrator, CN=orchestrator");
    assert.deepEqual(extendedKeyUsages, ["serverAuth", "clientAuth"]);
    assert.deepEqual(dnsNames, [
      "orchestrator.example",
      "orchestrator-server",
      "orchestrator-server.consortium",
      "orchestrator-server.consortium.svc",
      "orchestrator-server.consortium.svc.cluster.local",
      "orchestrator.internal.example",
    ]);
    assert.deepEqual(
      contentOf(find(resources, "orchestrator-server-pair"))["tls.crt"],
      certificate,
    );
  });

  it("gives the server each CA in its own object, and the bundle with the signing one first", () => {
    const { resources } = up;
    const ca = (name: string) => contentOf(find(resources, name))["ca.crt"];
    assert.equal(ca("orchestrator-client-ca-g1"), OLD_CA.certificate);
    assert.equal(ca("orchestrator-client-ca-g2"), NEW_CA.certificate);
    assert.equal(ca("orchestrator-ca-bundle"), NEW_CA.certificate + OLD_CA.certificate);
  });

  it("keeps database credentials in a Secret and out of the values", () => {
    const { resources } = up;
    assert.deepEqual(reveal(find(resources, "orchestrator-database-password").inputs), {
      length: 32,
      special: false,
    });
    assert.deepEqual(contentOf(find(resources, "orchestrator-database")), {
      DATABASE_USERNAME: "substra",
      DATABASE_PASSWORD: "generated-password",
      password: "generated-password",
      "postgres-password": "generated-password",
    });
    const { inputs } = find(resources, "orchestrator", "Release");
    assert.doesNotMatch(JSON.stringify(inputs), /generated-password|-----BEGIN/);
  });

  it("waits for its Secrets, because their names are in its values", () => {
    const { resources } = up;
    const { dependencies } = find(resources, "orchestrator", "Release");
    for (const name of [
      "orchestrator-server-pair",
      "orchestrator-ca-bundle",
      "orchestrator-client-ca-g1",
      "orchestrator-client-ca-g2",
      "orchestrator-database",
      "namespace-consortium",
    ])
      assert.ok(dependencies.includes(find(resources, name).urn), name);
  });

  it("tells where the release is", async () => {
    const { value, resources, outputs } = up;
    assert.ok(value);
    const release = { name: "orchestrator", namespace: "consortium", revision: 1 };
    assert.deepEqual(await valueOf(value.release), release);
    assert.deepEqual(outputs.get(find(resources, "orchestrator", "Orchestrator").urn), {
      release,
    });
  });
});
