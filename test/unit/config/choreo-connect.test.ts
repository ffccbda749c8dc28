import assert from "node:assert/strict";
import { RECOMMENDED, cipherNames } from "../../../components/choreo-connect/upstream-tls";
import { PAYMENTS, choreoConnectOf, makeServer } from "./make-choreo-connect";

const CHART = { "target/kubernetes/chart": { path: "charts/choreo-connect" } };
const COMPOSE = { target: { compose: {} } };

/** Returns the backend of the section, with these settings. */
function paymentsOf(settings: object, changes: Readonly<Record<string, unknown>> = {}) {
  const { gateway } = choreoConnectOf({
    ...changes,
    [PAYMENTS]: { endpoints: ["https://payments.example:8443/v1"], ...settings },
  });
  const found = gateway.backends.find(({ name }) => name === "payments");
  assert.ok(found);
  return found;
}

describe("an endpoint of a backend", () => {
  it("is kept exactly, with capitals and underscores, because adapter and router compare every character", () => {
    for (const [url, host] of [
      ["https://mockBackend:2383/v2", "mockBackend"],
      ["https://payments_api:8443/v1", "payments_api"],
      ["wss://Pay_Ments.Example/A_b", "Pay_Ments.Example"],
    ] as const) {
      const { endpoints, dnsNames } = paymentsOf({ endpoints: [url] });
      assert.deepEqual(
        endpoints.map((endpoint) => [endpoint.url, endpoint.host]),
        [[url, host]],
      );
      assert.deepEqual(dnsNames, [host]);
    }
  });

  it("matches a host of an existing certificate regardless of case", () => {
    for (const [url, name] of [
      ["https://mockBackend:2383/v2", "mockbackend"],
      ["https://payments_api:8443", "Payments_API"],
    ] as const) {
      const { certificate } = paymentsOf({ endpoints: [url], existing: makeServer([name]) });
      assert.equal(certificate.kind, "existing");
    }
  });
});

describe("the shortest configuration of Choreo Connect", () => {
  it("uses WSO2's chart, with RSA keys, pairs for 90 days and the recommended TLS", () => {
    const { gateway, backends, ...section } = choreoConnectOf();
    assert.deepEqual(section, {
      target: {
        kind: "kubernetes",
        createNamespace: true,
        timeout: 600,
        namespace: "choreo-connect",
        releaseName: "choreo-connect",
        chart: {
          repository: "https://helm.wso2.com",
          name: "choreo-connect",
          version: "1.2.0-2",
        },
        values: {},
        backendJwt: false,
      },
      router: { hosts: [], algorithm: "RSA-2048" },
      enforcer: { algorithm: "RSA-2048" },
      adapter: { algorithm: "RSA-2048" },
      certificate: { validityHours: 2160, renewBeforeHours: 720 },
      publicCas: {},
      apis: { "Shop-1.0.0": ["payments"] },
    });
    assert.deepEqual(backends, {
      payments: {
        endpoints: ["https://payments.example:8443/v1"],
        dnsNames: [],
        trust: "endpoint",
        routerTrust: { forms: ["pem"], publicCas: {} },
        createNamespace: false,
        restarts: [],
      },
    });
    const url = "https://payments.example:8443/v1";
    assert.deepEqual(gateway, {
      dnsNames: {
        router: [
          "router",
          "choreo-connect-router",
          "choreo-connect-router.choreo-connect",
          "choreo-connect-router.choreo-connect.svc",
          "choreo-connect-router.choreo-connect.svc.cluster.local",
          "localhost",
        ],
        enforcer: ["enforcer", "localhost"],
        adapter: [
          "adapter",
          "choreo-connect-adapter",
          "choreo-connect-adapter.choreo-connect",
          "choreo-connect-adapter.choreo-connect.svc",
          "choreo-connect-adapter.choreo-connect.svc.cluster.local",
          "localhost",
        ],
      },
      backends: [
        {
          name: "payments",
          endpoints: [{ url, host: "payments.example", port: 8443 }],
          dnsNames: ["payments.example"],
          ipAddresses: [],
          trust: "endpoint",
          certificate: { kind: "issued", algorithm: "ECDSA-P256", form: "pem" },
          routerTrust: { forms: ["pem"], publicCas: {} },
          namespace: undefined,
          restarts: [],
          tls: undefined,
        },
      ],
      apis: { "Shop-1.0.0": ["payments"] },
      publicCas: {},
      upstreamTls: RECOMMENDED,
      controlPlane: undefined,
    });
  });

  it("may describe a gateway without backends", () => {
    const { gateway } = choreoConnectOf({ backends: undefined, apis: undefined });
    assert.deepEqual([gateway.backends, gateway.apis], [[], {}]);
  });

  it("has the names of docker-compose's services if docker-compose runs it", () => {
    const { gateway, target } = choreoConnectOf({ ...COMPOSE, "router/hosts": ["gw.example"] });
    assert.deepEqual(target, { kind: "compose", project: "choreo-connect" });
    assert.deepEqual(gateway.dnsNames, {
      router: ["router", "localhost", "gw.example"],
      enforcer: ["enforcer", "localhost"],
      adapter: ["adapter", "localhost"],
    });
  });

  it("has the names of the chart's Services, whatever the release's name is", () => {
    const names = (releaseName: string) =>
      choreoConnectOf({ "target/kubernetes/releaseName": releaseName }).gateway.dnsNames.adapter[1];
    assert.equal(names("gw"), "gw-choreo-connect-adapter");
    assert.equal(names("my-choreo-connect"), "my-choreo-connect-adapter");
  });
});

describe("a backend's names", () => {
  it("are the hosts of its endpoints, each once, and the additional names", () => {
    const endpoints = [
      "https://b.example/v1",
      "wss://a.example:9443",
      "https://b.example:8443",
      "https://10.20.0.7",
      "https://[2001:DB8:0::1]:8443/x",
    ];
    const found = paymentsOf({ endpoints, dnsNames: ["c.example", "a.example"] });
    assert.deepEqual(found.dnsNames, ["b.example", "a.example", "c.example"]);
    assert.deepEqual(found.ipAddresses, ["10.20.0.7", "2001:db8::1"]);
    assert.deepEqual(
      found.endpoints.map(({ url, host, port }) => [url, host, port]),
      [
        [endpoints[0], "b.example", 443],
        [endpoints[1], "a.example", 9443],
        [endpoints[2], "b.example", 8443],
        [endpoints[3], "10.20.0.7", 443],
        [endpoints[4], "2001:db8::1", 8443],
      ],
    );
  });

  it("are in the alphabetical order of the backends, whatever the order in the configuration", () => {
    const backends = {
      stock: { endpoints: ["https://stock.example"], trust: "global" },
      orders: { endpoints: ["https://orders.example"], trust: "global" },
    };
    const { gateway } = choreoConnectOf({ backends, apis: undefined });
    assert.deepEqual(
      gateway.backends.map(({ name }) => name),
      ["orders", "stock"],
    );
  });
});

describe("a backend's certificate", () => {
  it("follows its configuration", () => {
    const { certificate } = paymentsOf({
      certificate: { algorithm: "RSA-3072", form: "pkcs12" },
      storePassword: "open sesame",
    });
    assert.deepEqual(certificate, { kind: "issued", algorithm: "RSA-3072", form: "pkcs12" });
  });

  it("is its existing one, or those of its CAs, if they are given", () => {
    const certificates = makeServer();
    assert.deepEqual(paymentsOf({ existing: certificates }).certificate, {
      kind: "existing",
      certificates,
    });
  });

  it("comes with the CAs that it trusts for the router, with public CAs by name", () => {
    const { routerTrust } = paymentsOf({
      routerTrust: { forms: ["ca-certificates", "jks"], publicCas: ["ISRG Root X1"] },
      storePassword: "open sesame",
    });
    assert.deepEqual(routerTrust.forms, ["ca-certificates", "jks"]);
    assert.deepEqual(Object.keys(routerTrust.publicCas), ["isrg-root-x1-96bcec06"]);
  });
});

describe("the router's TLS", () => {
  const offered = (changes: Readonly<Record<string, unknown>>) =>
    choreoConnectOf(changes).gateway.upstreamTls;

  it("is the recommended one, wherever the gateway runs and its chart comes from", () => {
    for (const changes of [COMPOSE, CHART, {}]) assert.deepEqual(offered(changes), RECOMMENDED);
  });

  it("is the recommended one, except for what is set", () => {
    assert.deepEqual(offered({ upstreamTls: { maximum: "TLS1_2" } }), {
      ...RECOMMENDED,
      maximum: "TLS1_2",
    });
    const ciphers = ["tls_ecdhe_rsa_with_aes_128_gcm_sha256"];
    assert.deepEqual(cipherNames(offered({ upstreamTls: { ciphers } }), "openssl"), [
      "ECDHE-RSA-AES128-GCM-SHA256",
    ]);
  });

  it("provides the defaults for a backend's, except for the versions", () => {
    const upstreamTls = { minimum: "TLS1_0", ciphers: ["ECDHE-ECDSA-AES128-SHA"] };
    const { tls } = paymentsOf({ tls: { maximum: "TLS1_2" } }, { ...COMPOSE, upstreamTls });
    assert.deepEqual([tls?.minimum, tls?.maximum], ["TLS1_2", "TLS1_2"]);
    assert.deepEqual(
      tls?.ciphers.map(({ openssl }) => openssl),
      ["ECDHE-ECDSA-AES128-SHA"],
    );
    assert.equal(paymentsOf({}, { ...COMPOSE, upstreamTls }).tls, undefined);
  });
});
