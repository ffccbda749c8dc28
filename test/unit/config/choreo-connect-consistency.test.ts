import { makeCa } from "../x509/make-certificate";
import { keys } from "../x509/make-keys";
import { choreoConnectWith, existing, payments, refusesChoreoConnect } from "./make-choreo-connect";
import { refuses } from "./refusals";
import { SPINNAKER } from "./make-spinnaker";

const KUBERNETES = "target/kubernetes";

describe("Choreo Connect with its CA", () => {
  const authority = (generation: object) => ({
    ...choreoConnectWith({}),
    "authority/generations/g1": { state: "signing", ...generation },
  });
  refuses([
    [
      "a missing CA",
      {
        ...choreoConnectWith({}),
        ...{ authority: undefined, orchestrator: undefined, organizations: undefined },
      },
      "authority: is missing: Choreo Connect's parts need a CA",
    ],
    [
      "an Ed25519 CA, which the orchestrator would accept",
      authority({ algorithm: "Ed25519" }),
      "authority.generations.g1: has an Ed25519 key, and neither Envoy nor Java's TLS accepts what it signed; Choreo Connect needs generations with another key, for example of algorithm ECDSA-P256",
    ],
    [
      "an existing Ed25519 CA, even if another one signs",
      {
        ...choreoConnectWith({}),
        "authority/generations/old": {
          state: "trusted",
          certificate: makeCa({ keys: keys("ed25519") }),
        },
      },
      "authority.generations.old: has an Ed25519 key, and neither Envoy nor Java's TLS accepts what it signed; Choreo Connect needs generations with another key, for example of algorithm ECDSA-P256",
    ],
    [
      "certificates that outlive the CA",
      { ...authority({ validity: "1y" }), ...choreoConnectWith({ "certificate/validity": "1y" }) },
      "choreoConnect.certificate.validity: 1y would outlive the CA: authority.generations.g1 is valid for 1y",
    ],
  ]);
});

describe("The namespaces of Choreo Connect", () => {
  refuses([
    [
      "a backend in the gateway's, if one creates it and the other does not",
      choreoConnectWith(payments({ namespace: "choreo-connect" })),
      'choreoConnect.backends.payments.createNamespace: is false, but choreoConnect.target.kubernetes.createNamespace is true for the same namespace "choreo-connect"',
    ],
    [
      "two backends with different settings",
      choreoConnectWith({
        ...payments({ namespace: "shop", createNamespace: true }),
        "backends/stock": { endpoints: ["https://stock.example"], namespace: "shop" },
        "apis/Stock": ["stock"],
      }),
      'choreoConnect.backends.stock.createNamespace: is false, but choreoConnect.backends.payments.createNamespace is true for the same namespace "shop"',
    ],
    [
      "a gateway in Spinnaker's, if only the gateway creates it",
      { ...choreoConnectWith({ [`${KUBERNETES}/namespace`]: "spinnaker" }), spinnaker: SPINNAKER },
      'choreoConnect.target.kubernetes.createNamespace: is true, but spinnaker.createNamespace is false for the same namespace "spinnaker"',
    ],
    [
      "nothing about a backend in the gateway's namespace with the same setting",
      choreoConnectWith(payments({ namespace: "choreo-connect", createNamespace: true })),
    ],
  ]);
});

describe("A ConfigMap of several backends", () => {
  /** Two backends in a cluster, and what they trust for the router. */
  const trusting = (one: object, other: object, namespace = "shop") => ({
    ...payments({ namespace: "shop", routerTrust: one }),
    "backends/stock": { endpoints: ["https://stock.example"], namespace, routerTrust: other },
    "apis/Stock-1.0.0": ["stock"],
  });
  const configMap = "gateway-cas";
  const bundle = (...publicCas: string[]) => ({ configMap, forms: ["ca-certificates"], publicCas });
  const problem = (owner: string) =>
    `backends.stock.routerTrust.configMap: "${owner}" is also the ConfigMap of backend payments, which has other public CAs in its ca-certificates: name another ConfigMap, or give both the same publicCas`;
  refusesChoreoConnect([
    [
      "two bundles with different public CAs",
      trusting(bundle("ISRG Root X1"), bundle("ISRG Root X2")),
      problem(configMap),
    ],
    [
      "two bundles, one of which has no public CA",
      trusting(bundle("ISRG Root X1"), bundle()),
      problem(configMap),
    ],
    [
      "a bundle in another backend's own ConfigMap, which has another one",
      trusting(
        { forms: ["ca-certificates"], publicCas: ["ISRG Root X1"] },
        { ...bundle(), configMap: "payments-router-ca" },
      ),
      problem("payments-router-ca"),
    ],
    [
      "nothing about two bundles with the same public CAs, in any order",
      trusting(bundle("ISRG Root X1", "ISRG Root X2"), bundle("ISRG Root X2", "ISRG Root X1")),
    ],
    [
      "nothing about a backend that does not read the bundle",
      trusting(bundle("ISRG Root X1"), { configMap }),
    ],
    [
      "nothing about two bundles under different names, by default",
      trusting(
        { forms: ["ca-certificates"], publicCas: ["ISRG Root X1"] },
        { forms: ["ca-certificates"] },
      ),
    ],
    [
      "nothing about two bundles in different namespaces",
      trusting(bundle("ISRG Root X1"), bundle("ISRG Root X2"), "warehouse"),
    ],
  ]);
});

describe("The router's and backends' TLS", () => {
  const tls = (upstreamTls: object, own?: object) => ({
    target: { compose: {} },
    upstreamTls,
    ...(own && payments({ tls: own })),
  });
  const RSA = "ECDHE-RSA-AES128-GCM-SHA256";
  const ECDSA = "ECDHE-ECDSA-AES128-GCM-SHA256";
  refusesChoreoConnect([
    [
      "a maximum below the default minimum",
      tls({ maximum: "TLS1_1" }),
      "upstreamTls.maximum: TLS1_1 is below minimum, which is TLS1_2 unless you set it",
    ],
    [
      "a backend's maximum below the default minimum",
      tls({}, { maximum: "TLS1_1" }),
      "backends.payments.tls.maximum: TLS1_1 is below minimum, which is TLS1_2 unless you set it",
    ],
    [
      "versions without one in common",
      tls({ minimum: "TLS1_3" }, { maximum: "TLS1_2" }),
      "backends.payments.tls: has no TLS in common with the router: no version in common: the router speaks TLS1_3, the backend TLS1_2",
    ],
    [
      "ciphers without one in common",
      tls({ maximum: "TLS1_2", ciphers: [ECDSA] }, { ciphers: ["TLS_RSA_WITH_AES_128_CBC_SHA"] }),
      "backends.payments.tls: has no TLS in common with the router: no cipher in common for TLS1_2: the router has ECDHE-ECDSA-AES128-GCM-SHA256, the backend AES128-SHA",
    ],
    [
      "ciphers for another kind of key",
      tls({ maximum: "TLS1_2", ciphers: [RSA] }),
      "backends.payments: has no TLS in common with the router: the backend's key is ECDSA-P256 and only ECDHE-RSA ciphers are in common",
    ],
    [
      "ciphers for another kind of key than that of the certificate in use",
      { ...tls({ maximum: "TLS1_2", ciphers: [RSA] }), ...existing() },
      "backends.payments: has no TLS in common with the router: the backend's key is ECDSA-P256 and only ECDHE-RSA ciphers are in common",
    ],
    [
      "a key that the router accepts only with TLS 1.3",
      { ...tls({ maximum: "TLS1_2" }), ...payments({ certificate: { algorithm: "ECDSA-P384" } }) },
      "backends.payments: has no TLS in common with the router: the backend's key is ECDSA-P384, which the router accepts only with TLS1_3, and the highest version in common is TLS1_2",
    ],
    [
      "a certificate with a key that the router never accepts",
      existing(["payments.example"], { keys: keys("ed25519") }),
      "backends.payments: has no TLS in common with the router: the backend's key is Ed25519, which the router accepts with no version of TLS; the router offers what Countersign recommends, unless you set choreoConnect.upstreamTls",
    ],
    [
      "a backend with older versions than the router offers by default",
      payments({ tls: { minimum: "TLS1_0", maximum: "TLS1_1" } }),
      "backends.payments.tls: has no TLS in common with the router: no version in common: the router speaks TLS1_2 to TLS1_3, the backend TLS1_0 to TLS1_1; the router offers what Countersign recommends, unless you set choreoConnect.upstreamTls",
    ],
    [
      "nothing about a P-384 key with TLS 1.3",
      { target: { compose: {} }, ...payments({ certificate: { algorithm: "ECDSA-P384" } }) },
    ],
    ["nothing about ciphers if TLS 1.3 is used", tls({ ciphers: [RSA] }, { ciphers: [ECDSA] })],
    [
      "nothing about ciphers if both sides speak TLS 1.3",
      tls({ ciphers: [RSA] }, { ciphers: [ECDSA] }),
    ],
    [
      "nothing about CAs, as the server's key is not known",
      { ...tls({ maximum: "TLS1_2", ciphers: [RSA] }), ...payments({ existing: makeCa() }) },
    ],
  ]);
});

describe("Backends and APIs", () => {
  const stock = (settings: object = {}) => ({
    "backends/stock": { endpoints: ["https://stock.example"], ...settings },
  });
  const both = { "apis/Shop-1.0.0": ["payments", "stock"] };
  refusesChoreoConnect([
    [
      "one endpoint of two backends",
      {
        ...both,
        ...stock({ endpoints: ["https://stock.example", "https://payments.example:8443/v2"] }),
      },
      "backends.stock.endpoints[1]: payments.example:8443 is already an address of backend payments, and an address has one certificate: list it under one of them",
    ],
    [
      "one address with and without its port",
      { ...both, ...payments({ endpoints: ["https://stock.example:443"] }), ...stock() },
      "backends.stock.endpoints[0]: stock.example:443 is already an address of backend payments, and an address has one certificate: list it under one of them",
    ],
    [
      "an endpoint twice",
      payments({
        endpoints: ["https://a.example/1", "https://a.example/2", "https://a.example/1"],
      }),
      "backends.payments.endpoints[2]: lists https://a.example/1 a second time",
    ],
    [
      "an unknown backend",
      { "apis/Shop-1.0.0": ["payments", "stock"] },
      'apis["Shop-1.0.0"][1]: "stock" is not a backend; the backends are payments',
    ],
    [
      "a backend if there are none",
      { backends: {} },
      'apis["Shop-1.0.0"][0]: "payments" is not a backend; choreoConnect.backends has none',
    ],
    [
      "a backend twice",
      { "apis/Shop-1.0.0": ["payments", "payments"] },
      'apis["Shop-1.0.0"][1]: lists "payments" a second time',
    ],
    [
      "APIs that differ only in case",
      { "apis/shop-1.0.0": ["payments"] },
      'apis["shop-1.0.0"]: differs from Shop-1.0.0 only in upper and lower case; give it another name',
    ],
    [
      "a backend that no API calls",
      stock(),
      'backends.stock.trust: is "endpoint", but no API calls stock, so the router would not know its CA; list it under choreoConnect.apis, or trust it globally',
    ],
    [
      "public CAs without a backend that is trusted globally",
      { publicCas: ["ISRG Root X1", "ISRG Root X2"] },
      'publicCas: are for the bundle of backends with trust "global", but there are none: the router keeps the public CAs of its image. Remove them',
    ],
    [
      "a Deployment twice",
      payments({ namespace: "shop", restarts: ["web", "payments", "web"] }),
      'backends.payments.restarts[2]: lists "web" a second time',
    ],
    [
      "nothing about a backend that is trusted globally and called by no API",
      stock({ trust: "global" }),
    ],
    ["nothing about a Choreo Connect without backends", { backends: undefined, apis: undefined }],
  ]);
});
