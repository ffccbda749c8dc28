import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import {
  holdsPrivateKey,
  readCertificateRequest,
  readCertificates,
  readJks,
  readPkcs12,
} from "../../../x509";
import type { EngineOptions, Registered } from "../mock-engine";
import { AUTHORITY, runStack } from "../run-stack";
import { find, treeOf } from "../tree";
import { reveal } from "../wire";

type Objects = Readonly<Record<string, string>>;

const DB = {
  namespace: "shop",
  server: { clients: "required" },
  restarts: ["statefulset/db"],
};

/** Runs a stack with these services only. */
async function deploy(services: object, options: EngineOptions = {}) {
  const run = await runStack({ authority: AUTHORITY, services }, options);
  assert.deepEqual(run.errors, []);
  return run;
}

/** Inputs of a Secret or ConfigMap: its texts, and the same content as bytes. */
function contentOf(resources: readonly Registered[], name: string, type = "") {
  const found = find(resources, name, type);
  const { data = {}, ...rest } = reveal(found.inputs) as {
    data?: Objects;
    metadata: Objects;
    type?: string;
  };
  const encoding = found.type.endsWith("ConfigMap") ? "utf8" : "base64";
  const bytes = Object.entries(data).map(
    ([key, value]) => [key, Buffer.from(value, encoding)] as const,
  );
  return {
    ...rest,
    bytes: new Map(bytes),
    texts: Object.fromEntries(bytes.map(([key, content]) => [key, content.toString()])) as Objects,
  };
}

describe("a service", () => {
  it("is one component with its key, certificate and Secret, beside the CAs of its namespace", async () => {
    const { resources } = await deploy({
      db: DB,
      orders: { ...DB, server: undefined, calls: { db: {} } },
    });
    assert.deepEqual(
      treeOf(resources).filter((line) => /service|shop|Patch/.test(line)),
      [
        "  countersign:services:Service service-db",
        "    kubernetes:apps/v1:StatefulSetPatch service-db-restart-statefulset-db",
        "    kubernetes:core/v1:Secret service-db-keys",
        "    tls:index/locallySignedCert:LocallySignedCert service-db-certificate",
        "    tls:index/privateKey:PrivateKey service-db-key",
        "  countersign:services:Service service-orders",
        "    kubernetes:apps/v1:StatefulSetPatch service-orders-restart-statefulset-db",
        "    kubernetes:core/v1:Secret service-orders-keys",
        "    tls:index/locallySignedCert:LocallySignedCert service-orders-certificate",
        "    tls:index/privateKey:PrivateKey service-orders-key",
        "  kubernetes:core/v1:ConfigMap services-shop-services-ca",
      ],
    );
  });

  it("has the certificate that its section describes", async () => {
    const { resources } = await deploy({
      db: {
        ...DB,
        server: { clients: "tls", host: "192.0.2.7" },
        serviceName: "postgres",
        calls: { other: { host: "other.example", elsewhere: true } },
        certificate: {
          commonName: "db_role",
          organization: "Shop",
          dnsNames: ["db.example.org"],
          uris: ["spiffe://example.org/db"],
        },
      },
    });
    const { certRequestPem, allowedUses } = reveal(
      find(resources, "service-db-certificate").inputs,
    ) as { certRequestPem: string; allowedUses: string[] };
    const { subject, dnsNames, ipAddresses, uris } = readCertificateRequest(certRequestPem);
    assert.deepEqual(
      { subject: subject.text, dnsNames, ipAddresses, uris, allowedUses },
      {
        subject: "O=Shop, CN=db_role",
        dnsNames: [
          "postgres",
          "postgres.shop",
          "postgres.shop.svc",
          "postgres.shop.svc.cluster.local",
          "db.example.org",
        ],
        ipAddresses: ["192.0.2.7"],
        uris: ["spiffe://example.org/db"],
        allowedUses: ["digital_signature", "server_auth", "client_auth"],
      },
    );
  });

  it("gets a Secret of Kubernetes' type with exact names by default", async () => {
    const { resources } = await deploy({ db: DB });
    const { type, metadata, texts } = contentOf(resources, "service-db-keys");
    assert.equal(type, "kubernetes.io/tls");
    assert.deepEqual(metadata, { namespace: "shop", name: "db-tls", ...madeBy(metadata) });
    assert.match(texts["tls.key"] ?? "", /^-----BEGIN PRIVATE KEY-----/);
    const cas = contentOf(resources, "services-shop-services-ca");
    assert.equal(readCertificates(cas.texts["ca.crt"] ?? "").length, 2);
  });

  it("has a provider that changes objects with exact names in place, and only these", async () => {
    const release = { chart: { path: "charts/orchestrator" }, values: { a: "<countersign:keys>" } };
    const provided = async (services: object) => {
      const { resources } = await deploy(services);
      return {
        providers: treeOf(resources).filter((line) => line.includes("pulumi:providers")),
        of: (name: string) => find(resources, name).provider.split("::").slice(-2)[0],
      };
    };
    const exact = await provided({ db: DB });
    assert.deepEqual(exact.providers, ["  pulumi:providers:kubernetes kubernetes-in-place"]);
    assert.equal(exact.of("service-db-keys"), "kubernetes-in-place");
    assert.equal(exact.of("services-shop-services-ca"), "kubernetes-in-place");
    assert.notEqual(exact.of("service-db-restart-statefulset-db"), "kubernetes-in-place");
    const generated = await provided({ db: { ...DB, restarts: [], release } });
    assert.deepEqual(generated.providers, []);
  });

  it("gets the key in the form that it reads", async () => {
    const keyOf = async (algorithm: string, encoding: string) => {
      const files = { encoding, names: { key: "server.key" } };
      const { resources } = await deploy({ db: { ...DB, certificate: { algorithm }, files } });
      const { type, texts } = contentOf(resources, "service-db-keys");
      assert.equal(type, "Opaque");
      const pem = texts["server.key"] ?? "";
      createPrivateKey(pem);
      return pem.split("\n")[0];
    };
    assert.equal(await keyOf("RSA-2048", "pkcs1"), "-----BEGIN RSA PRIVATE KEY-----");
    assert.equal(await keyOf("ECDSA-P256", "sec1"), "-----BEGIN EC PRIVATE KEY-----");
    assert.equal(await keyOf("Ed25519", "pkcs8"), "-----BEGIN PRIVATE KEY-----");
  });

  it("gets certificate and key in one file, and the CAs in the same Secret", async () => {
    const files = { form: "combined", ca: { object: "keys", names: { bundle: "cas.pem" } } };
    const { resources } = await deploy({ db: { ...DB, files } });
    const { texts } = contentOf(resources, "service-db-keys");
    assert.deepEqual(Object.keys(texts).sort(), ["cas.pem", "tls.pem"]);
    assert.match(
      texts["tls.pem"] ?? "",
      /^-----BEGIN CERTIFICATE-----[^]+-----BEGIN PRIVATE KEY-----/,
    );
    assert.equal(readCertificates(texts["cas.pem"] ?? "").length, 2);
    assert.ok(!treeOf(resources).some((line) => line.includes("services-ca")));
  });

  it("gets the CAs as a folder for OpenSSL", async () => {
    const { resources } = await deploy({ db: { ...DB, files: { ca: { form: "directory" } } } });
    const { texts } = contentOf(resources, "services-shop-services-ca-directory");
    assert.equal(Object.keys(texts).length, 2);
    for (const name of Object.keys(texts)) assert.match(name, /^[\da-f]{8}\.\d+$/);
  });

  for (const [form, read, store, trustStore] of [
    ["pkcs12", readPkcs12, "keystore.p12", "truststore.p12"],
    ["jks", readJks, "keystore.jks", "truststore.jks"],
  ] as const)
    it(`gets ${form} stores with one password`, async () => {
      const { resources } = await deploy({ db: { ...DB, files: { form, ca: { form } } } });
      const keys = contentOf(resources, "service-db-keys");
      const password = keys.texts.password ?? "";
      assert.equal(password, "generated-password");
      const own = read(keys.bytes.get(store) ?? Buffer.of(), password);
      assert.equal(own.keys.length, 1);
      const cas = contentOf(resources, "service-db-ca", "Secret");
      assert.equal(cas.texts.password, password);
      assert.equal(read(cas.bytes.get(trustStore) ?? Buffer.of(), password).trusted.length, 2);
    });

  it("shares the object with the CAs only with services that trust the same", async () => {
    const { resources } = await deploy({
      db: DB,
      cache: DB,
      queue: { ...DB, namespace: "other" },
      bus: { ...DB, files: { ca: { names: { bundle: "root.crt" } } } },
    });
    assert.deepEqual(
      treeOf(resources).filter((line) => line.includes("ConfigMap")),
      [
        "  kubernetes:core/v1:ConfigMap services-other-services-ca",
        "  kubernetes:core/v1:ConfigMap services-shop-bus-ca",
        "  kubernetes:core/v1:ConfigMap services-shop-services-ca",
      ],
    );
  });

  it("puts the names of its objects into the values of its release", async () => {
    const values = {
      secret: "<countersign:keys>",
      args: [
        "--cert=/tls/<countersign:keys.certificate>",
        "--verify=<countersign:clients:no|maybe|yes>",
      ],
      ca: { configMap: "<countersign:ca>", file: "<countersign:ca.bundle>", replicas: 2 },
      annotation: "<countersign:digest>",
    };
    const { resources } = await deploy({
      db: {
        ...DB,
        server: { clients: "optional" },
        restarts: [],
        release: { chart: { path: "charts/orchestrator" }, values },
      },
    });
    const { values: given, name } = reveal(find(resources, "service-db", "Release").inputs) as {
      values: Record<string, unknown>;
      name: string;
    };
    assert.equal(name, "db");
    const { annotation, ...rest } = given;
    assert.match(String(annotation), /^[\da-f]{16}$/);
    assert.deepEqual(rest, {
      secret: "service-db-keys-0a1b2c3d",
      args: ["--cert=/tls/tls.crt", "--verify=maybe"],
      ca: { configMap: "services-shop-bundle-configmap-0a1b2c3d", file: "ca.crt", replicas: 2 },
    });
  });

  it("annotates the pods of its workloads with a digest that follows certificate and CAs", async () => {
    const digestOf = async (services: object, authority: object = AUTHORITY) => {
      const { resources } = await runStack({ authority, services });
      const patch = reveal(find(resources, "service-db-restart-statefulset-db").inputs) as {
        metadata: Objects;
        spec: { template: { metadata: { annotations: Objects } } };
      };
      assert.equal(patch.metadata.name, "db");
      return patch.spec.template.metadata.annotations["mounted.countersign/db"];
    };
    const first = await digestOf({ db: DB });
    assert.match(first ?? "", /^[\da-f]{16}$/);
    const rotated = {
      ...AUTHORITY,
      generations: { ...AUTHORITY.generations, g3: { state: "trusted" } },
    };
    assert.notEqual(await digestOf({ db: DB }, rotated), first);
  });

  it("keeps its private keys and passwords secret", async () => {
    const { resources, state } = await deploy({
      db: { ...DB, files: { form: "pkcs12", ca: { object: "keys" } } },
    });
    assert.ok(state.size > 0);
    for (const { name, inputs } of resources) {
      const plain = JSON.stringify(inputs, (_, value: unknown) =>
        isMarked(value) ? undefined : value,
      );
      assert.ok(!holdsPrivateKey(plain), `${name} has a key in plain text`);
      for (const encoding of ["utf8", "base64"] as const) {
        const password = Buffer.from("generated-password").toString(encoding);
        assert.ok(!plain.includes(password), `${name} has a password in plain text`);
      }
    }
  });
});

/** Whether a value on the wire is marked as a secret. */
function isMarked(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).includes("1b47061264138c4ac30d75fd1eb44270")
  );
}

function madeBy({ annotations }: { readonly annotations?: unknown }): object {
  return annotations === undefined ? {} : { annotations };
}
