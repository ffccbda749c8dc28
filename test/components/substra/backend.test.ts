import { formerResources, type FormerResources } from "../../../components/substra/backend";
import assert from "node:assert/strict";
import { Backend, type BackendArgs } from "../../../components/substra";
import { readCertificate } from "../../../x509";
import { runProgram, type Run } from "../mock-engine";
import { find, treeOf } from "../tree";
import { valueOf } from "../value-of";
import { reveal, visible } from "../wire";
import { NEW_CA, OLD_CA, backendArgs } from "./parts";

function backend(args: Partial<BackendArgs> = {}) {
  return () => new Backend("my-org1-msp", { ...backendArgs(), ...args });
}

describe("Backend", () => {
  let up: Run<Backend>;
  before(async () => {
    up = await runProgram(backend());
  });

  it("consists of a key, a certificate, their Secret with the CAs, a password and a release", () => {
    const { resources, errors } = up;
    assert.deepEqual(errors, []);
    assert.deepEqual(treeOf(resources), [
      "countersign:pki:CertificateAuthority ca",
      "  random:index/randomId:RandomId ca-g1-first",
      "  random:index/randomId:RandomId ca-g2-first",
      "countersign:substra:Backend my-org1-msp",
      "  kubernetes:core/v1:Secret my-org1-msp-client-pair",
      "  kubernetes:core/v1:Secret my-org1-msp-database",
      "  kubernetes:helm.sh/v3:Release my-org1-msp",
      "  random:index/randomPassword:RandomPassword my-org1-msp-database-password",
      "  tls:index/locallySignedCert:LocallySignedCert my-org1-msp-certificate",
      "  tls:index/privateKey:PrivateKey my-org1-msp-key",
      "kubernetes:core/v1:Namespace namespace-org-1",
    ]);
  });

  it("deploys the chart with these values", () => {
    const { resources } = up;
    assert.deepEqual(visible(find(resources, "my-org1-msp", "Release").inputs), {
      compat: "true",
      chart: "substra-backend",
      version: "26.15.3",
      repositoryOpts: { repo: "https://charts.example" },
      name: "backend",
      namespace: "org-1",
      atomic: true,
      timeout: 300,
      maxHistory: 5,
      values: {
        organizationName: "Organization 1",
        orchestrator: {
          host: "orchestrator.example",
          port: 443,
          sameCluster: false,
          mspID: "MyOrg1MSP",
          channels: [
            { first: { restricted: false, model_export_enabled: true } },
            { second: { restricted: true, model_export_enabled: false } },
          ],
          tls: {
            enabled: true,
            cacert: "my-org1-msp-client-pair-0a1b2c3d",
            mtls: { enabled: true, clientCertificate: "my-org1-msp-client-pair-0a1b2c3d" },
          },
        },
        server: {
          defaultDomain: "https://substra.org-1.example:443",
          commonHostDomain: "org-1.example",
          allowLocalRequests: false,
          ingress: { enabled: true, hostname: "substra.org-1.example" },
        },
        config: { ALLOWED_HOSTS: '["substra.org-1.example"]' },
        database: {
          auth: {
            database: "substra",
            username: "substra",
            credentialsSecretName: "my-org1-msp-database-0a1b2c3d",
          },
        },
        postgresql: {
          auth: {
            database: "substra",
            username: "substra",
            existingSecret: "my-org1-msp-database-0a1b2c3d",
          },
          image: { repository: "bitnamilegacy/postgresql" },
        },
        redis: { image: { repository: "bitnamilegacy/redis" } },
        minio: { image: { repository: "bitnamilegacy/minio" } },
        "docker-registry": { secrets: { haSharedSecret: "[secret]" } },
      },
    });
  });

  it("has a client certificate with its MSP ID as the only organization, and no names", async () => {
    const { value } = up;
    assert.ok(value);
    const { certificate } = await valueOf(value.certificate);
    const { subject, dnsNames, extendedKeyUsages, authorityKeyId } = readCertificate(certificate);
    assert.equal(subject.text, "O=MyOrg1MSP, CN=substra.org-1.example");
    assert.deepEqual(dnsNames, []);
    assert.deepEqual(extendedKeyUsages, ["clientAuth"]);
    assert.equal(authorityKeyId, readCertificate(NEW_CA.certificate).subjectKeyId);
  });

  it("trusts both generations of the orchestrator's CA", () => {
    const { resources } = up;
    const { stringData } = reveal(find(resources, "my-org1-msp-client-pair").inputs) as {
      stringData: Record<string, string>;
    };
    assert.equal(stringData["ca.crt"], NEW_CA.certificate + OLD_CA.certificate);
  });

  it("reads CAs from ConfigMaps before chart 26.0.0", async () => {
    const chart = { repository: "https://charts.example", name: "substra-backend" };
    const kinds = async (version: string, former?: FormerResources) => {
      const args = { chart: { ...chart, version }, ...(former && { former }) };
      const { resources } = await runProgram(backend(args), { preview: true });
      return resources
        .filter(({ name }) => name === "my-org1-msp-ca-bundle")
        .map(({ type }) => type);
    };
    assert.deepEqual(await kinds("25.1.1"), ["kubernetes:core/v1:ConfigMap"]);
    assert.deepEqual(await kinds("26.0.0"), []);
    assert.deepEqual(await kinds("26.0.0", { caBundle: true }), ["kubernetes:core/v1:Secret"]);
  });

  it("stays as an older version deployed it, with an object for the CAs and a secret for the registry", async () => {
    const former = { caBundle: true, registrySecret: true };
    const { resources, errors } = await runProgram(backend({ former }));
    assert.deepEqual(errors, []);
    const contentOf = (name: string) =>
      (reveal(find(resources, name).inputs) as { stringData: object }).stringData;
    assert.deepEqual(contentOf("my-org1-msp-ca-bundle"), {
      "ca.crt": NEW_CA.certificate + OLD_CA.certificate,
    });
    assert.deepEqual(Object.keys(contentOf("my-org1-msp-client-pair")), ["tls.crt", "tls.key"]);
    const { values } = reveal(find(resources, "my-org1-msp", "Release").inputs) as {
      values: { orchestrator: { tls: object }; "docker-registry": object };
    };
    assert.deepEqual(values.orchestrator.tls, {
      enabled: true,
      cacert: "my-org1-msp-ca-bundle-0a1b2c3d",
      mtls: { enabled: true, clientCertificate: "my-org1-msp-client-pair-0a1b2c3d" },
    });
    assert.deepEqual(values["docker-registry"], {
      secrets: { haSharedSecret: "generated-password" },
    });
  });

  it("finds what an older version deployed in the state", () => {
    const state = new Set(["kubernetes:core/v1:ConfigMap a-ca-bundle"]);
    const has = (type: string, name: string) => state.has(`${type} ${name}`);
    assert.deepEqual(formerResources("a", has), {
      caBundle: true,
      registrySecret: false,
      databasePassword: false,
    });
    assert.deepEqual(formerResources("b", has), {
      caBundle: false,
      registrySecret: false,
      databasePassword: false,
    });
    state.add("kubernetes:core/v1:Secret b-ca-bundle");
    for (const name of ["b-registry-secret", "b-database-password"]) {
      state.add(`random:index/randomPassword:RandomPassword ${name}`);
    }
    assert.deepEqual(formerResources("b", has), {
      caBundle: true,
      registrySecret: true,
      databasePassword: true,
    });
  });

  it("has no key in its values, and only the registry's password, as a secret", () => {
    const { resources } = up;
    const { inputs } = find(resources, "my-org1-msp", "Release");
    assert.doesNotMatch(JSON.stringify(visible(inputs)), /generated-password|-----BEGIN/);
    const { "docker-registry": registry, ...others } = (reveal(inputs) as { values: object })
      .values as Record<string, unknown>;
    // Derived from the database's password, "generated-password": it must never change.
    const haSharedSecret = "d4b8556923a69e4ac003c8030b444de0";
    assert.deepEqual(registry, { secrets: { haSharedSecret } });
    assert.equal(JSON.stringify(visible(inputs)).includes(haSharedSecret), false);
    assert.doesNotMatch(JSON.stringify(others), /generated-password|-----BEGIN/);
  });

  it("has an ingress of the requested class, or else of the cluster's default class", async () => {
    const ingress = async (args: Partial<BackendArgs>) => {
      const { resources } = await runProgram(backend(args), { preview: true });
      const { inputs } = find(resources, "my-org1-msp", "Release");
      return (reveal(inputs) as { values: { server: { ingress: object } } }).values.server.ingress;
    };
    const hostname = "substra.org-1.example";
    assert.deepEqual(await ingress({ ingressClassName: "public" }), {
      enabled: true,
      hostname,
      ingressClassName: "public",
    });
    assert.deepEqual(await ingress({}), { enabled: true, hostname });
  });

  it("tells where the release is", async () => {
    const { value } = await runProgram(backend({ releaseName: "substra" }));
    assert.ok(value);
    const expected = { name: "substra", namespace: "org-1", revision: 1 };
    assert.deepEqual(await valueOf(value.release), expected);
  });

  it("refuses an MSP ID that the orchestrator's chart cannot use, and values that would break mutual TLS", async () => {
    const refused: [Partial<BackendArgs>, string][] = [
      [
        { mspId: "my.org" },
        'MSP ID "my.org" may contain only ASCII letters, digits and hyphens, because the orchestrator chart derives a volume name from it',
      ],
      [
        { values: { orchestrator: { tls: { mtls: { enabled: false } } } } },
        'release "my-org1-msp": value orchestrator.tls.mtls.enabled may not be overridden: mutual TLS must not be disabled',
      ],
    ];
    for (const [args, message] of refused)
      assert.deepEqual((await runProgram(backend(args), { preview: true })).errors, [message]);
  });
});
