import { makeCa } from "../x509/make-certificate";
import { PUBLISHED } from "../x509/make-published";
import { PAYMENTS, makeServer, refusesChoreoConnect } from "./make-choreo-connect";

describe("a configuration of Choreo Connect's backends", () => {
  describe("of an endpoint", () => {
    const url = (text: string) => ({ [`${PAYMENTS}/endpoints`]: [text] });
    refusesChoreoConnect([
      [
        "an empty list of endpoints",
        { [`${PAYMENTS}/endpoints`]: [] },
        "backends.payments.endpoints: must have at least 1 entry",
      ],
      [
        "missing endpoints",
        { [`${PAYMENTS}/endpoints`]: undefined },
        "backends.payments.endpoints: is missing; it must be a list",
      ],
      [
        "only a host",
        url("payments.example"),
        'backends.payments.endpoints[0]: "payments.example" has no scheme, and Choreo Connect would call it without TLS; write the endpoint\'s URL exactly as it is in the API, for example https://payments.example.com:8443/v1',
      ],
      [
        "only a host and a port",
        url("payments.example:8443"),
        'backends.payments.endpoints[0]: "payments.example:8443" has no scheme, and Choreo Connect would call it without TLS; write the endpoint\'s URL exactly as it is in the API, for example https://payments.example.com:8443/v1',
      ],
      [
        "plain HTTP",
        url("http://payments.example"),
        'backends.payments.endpoints[0]: "http://payments.example" has the scheme http, which does not use TLS; write the endpoint\'s URL exactly as it is in the API, for example https://payments.example.com:8443/v1',
      ],
      [
        "a scheme in capitals",
        url("HTTPS://payments.example"),
        'backends.payments.endpoints[0]: "HTTPS://payments.example" has the scheme HTTPS, which must be in lower case, also in the API; write the endpoint\'s URL exactly as it is in the API, for example https://payments.example.com:8443/v1',
      ],
      [
        "a wildcard",
        url("https://*.example"),
        'backends.payments.endpoints[0]: "https://*.example" has a host that is neither a DNS name nor an IP address; write the endpoint\'s URL exactly as it is in the API, for example https://payments.example.com:8443/v1',
      ],
      [
        "a missing host",
        url("https:///v1"),
        'backends.payments.endpoints[0]: "https:///v1" has a host that is neither a DNS name nor an IP address; write the endpoint\'s URL exactly as it is in the API, for example https://payments.example.com:8443/v1',
      ],
      [
        "an invalid port",
        url("https://payments.example:70000"),
        'backends.payments.endpoints[0]: "https://payments.example:70000" has the port 70000, but ports range from 1 to 65535; write the endpoint\'s URL exactly as it is in the API, for example https://payments.example.com:8443/v1',
      ],
      [
        "a query",
        url("https://payments.example/v1?a=b"),
        'backends.payments.endpoints[0]: "https://payments.example/v1?a=b" is not a URL of scheme, host, port and path; write the endpoint\'s URL exactly as it is in the API, for example https://payments.example.com:8443/v1',
      ],
      [
        "a password, which is not shown",
        url("https://user:hunter2@payments.example"),
        'backends.payments.endpoints[0]: "https://***@payments.example" is not a URL of scheme, host, port and path; write the endpoint\'s URL exactly as it is in the API, for example https://payments.example.com:8443/v1',
      ],
      [
        "a space",
        url("https://payments.example "),
        'backends.payments.endpoints[0]: "https://payments.example " begins or ends with a space; write the endpoint\'s URL exactly as it is in the API, for example https://payments.example.com:8443/v1',
      ],
      [
        "an invalid address",
        url("https://192.0.2.256"),
        'backends.payments.endpoints[0]: "https://192.0.2.256" has a host that is neither a DNS name nor an IP address; write the endpoint\'s URL exactly as it is in the API, for example https://payments.example.com:8443/v1',
      ],
    ]);
  });

  describe("of a backend", () => {
    const payments = (settings: object) =>
      Object.fromEntries(
        Object.entries(settings).map(([key, value]) => [`${PAYMENTS}/${key}`, value as unknown]),
      );
    refusesChoreoConnect([
      [
        "a name with capitals",
        { "backends/Payments": { endpoints: ["https://a.example"] } },
        "backends.Payments: is not a name for a backend: write lower-case letters, digits and inner hyphens",
      ],
      [
        "a name that is a path",
        { "backends/..": { endpoints: ["https://a.example"] } },
        'backends[".."]: is not a name for a backend: write lower-case letters, digits and inner hyphens',
      ],
      [
        "an unknown key",
        payments({ url: "https://a.example" }),
        "backends.payments.url: is not a known key; the known keys are endpoints, dnsNames, trust, certificate, existing, routerTrust, namespace, createNamespace, restarts, storePassword, tls",
      ],
      [
        "a name with a scheme",
        payments({ dnsNames: ["https://a.example"] }),
        'backends.payments.dnsNames[0]: found "https://a.example"; write a host name in lower case, without scheme, port or wildcard',
      ],
      [
        "another scope of trust",
        payments({ trust: "api" }),
        'backends.payments.trust: found "api"; must be one of endpoint, global',
      ],
      [
        "an Ed25519 key",
        payments({ certificate: { algorithm: "Ed25519" } }),
        'backends.payments.certificate.algorithm: found "Ed25519", which Envoy does not offer to backends, and Java does not support in TLS; use ECDSA-P256',
      ],
      [
        "another form of its key",
        payments({ certificate: { form: "jks" } }),
        'backends.payments.certificate.form: found "jks"; must be one of pem, pkcs12',
      ],
      [
        "another form of the router's CA",
        payments({ routerTrust: { forms: ["der"] } }),
        'backends.payments.routerTrust.forms[0]: found "der"; must be one of pem, ca-certificates, pkcs12, jks',
      ],
      [
        "an empty list of forms of the router's CA",
        payments({ routerTrust: { forms: [] } }),
        "backends.payments.routerTrust.forms: must have at least 1 entry",
      ],
      [
        "an unknown public CA",
        payments({ routerTrust: { forms: ["ca-certificates"], publicCas: ["ISRG Root"] } }),
        `backends.payments.routerTrust.publicCas: "ISRG Root" is not the CN or SHA-256 fingerprint of any public CA that Node ${process.version} knows; similar names are "ISRG Root X1", "ISRG Root X2"`,
      ],
      [
        "public CAs without a file for them",
        payments({ routerTrust: { publicCas: ["ISRG Root X1"] } }),
        "backends.payments.routerTrust: has publicCas, which are for the form ca-certificates, but forms are pem; add that form, or remove them",
      ],
      [
        "a name of a ConfigMap without a namespace",
        payments({ routerTrust: { configMap: "gateway-cas" } }),
        "backends.payments.routerTrust: has configMap, which is an object in the backend's namespace, but there is none; set namespace, or remove it",
      ],
      [
        "a name of a ConfigMap for a backend that reads only a store",
        payments({ routerTrust: { configMap: "cas", forms: ["pkcs12"] }, namespace: "shop" }),
        "backends.payments.routerTrust: has configMap, which has the forms pem and ca-certificates, but forms are pkcs12; add one of them, or remove it",
      ],
      [
        "an invalid name of a ConfigMap",
        payments({ routerTrust: { configMap: "Gateway CAs" }, namespace: "shop" }),
        'backends.payments.routerTrust.configMap: found "Gateway CAs"; write 1 to 63 lower-case letters, digits and inner hyphens',
      ],
      [
        "a JKS store in the cluster",
        payments({ routerTrust: { forms: ["jks"] }, namespace: "shop" }),
        "backends.payments.routerTrust: has the form jks, which is only written to files; in a namespace use pkcs12, which Java reads under any store type (keystore.type.compat), or remove namespace",
      ],
      [
        "Deployments without a namespace",
        payments({ restarts: ["payments"] }),
        "backends.payments.restarts: are Deployments in the backend's namespace, but there is none; set namespace, or remove them",
      ],
      [
        "a missing namespace that would be created",
        payments({ createNamespace: true }),
        "backends.payments.createNamespace: is for a namespace, but there is none; set namespace, or remove it",
      ],
      [
        "a namespace with a dot",
        payments({ namespace: "a.b" }),
        'backends.payments.namespace: found "a.b"; write 1 to 63 lower-case letters, digits and inner hyphens',
      ],
      [
        "an invalid name of a Deployment",
        payments({ namespace: "shop", restarts: ["deployment/payments"] }),
        'backends.payments.restarts[0]: found "deployment/payments"; write 1 to 63 lower-case letters, digits and inner hyphens',
      ],
      [
        "a password without a store",
        payments({ storePassword: "open sesame" }),
        "backends.payments.storePassword: is for a PKCS#12 or JKS store, but this backend has none; choose the form pkcs12, or remove it",
      ],
      [
        "a short password, which is not shown",
        payments({ storePassword: "short", routerTrust: { forms: ["pkcs12"] } }),
        "backends.payments.storePassword: is shorter than 6 characters, which keytool refuses",
      ],
      [
        "a number for a password, which is not shown",
        payments({ storePassword: 12345678 }),
        "backends.payments.storePassword: found a number; must be a text",
      ],
      [
        "settings of a pair together with its own certificate",
        payments({ existing: makeServer(), certificate: { algorithm: "RSA-2048" } }),
        "backends.payments.certificate: is for a certificate issued here, but existing is given; remove one",
      ],
      [
        "names together with its own certificate",
        payments({ existing: makeServer(), dnsNames: ["b.example"] }),
        "backends.payments.dnsNames: are for a certificate that is issued here, but existing is given; remove one",
      ],
      [
        "a text that is not a certificate",
        payments({ existing: "no PEM" }),
        "backends.payments.existing: the certificate holds no PEM block: it should begin with a line `-----BEGIN …-----`.",
      ],
      [
        "its certificate together with its CA",
        payments({ existing: makeServer() + makeCa() }),
        "backends.payments.existing: contains 2 certificates, of which CN=payments is not a CA; give only the backend's own certificate, or only those of its CAs",
      ],
      [
        "a certificate whose private key is published",
        payments({ existing: makeServer(["payments.example"], { keys: PUBLISHED }) }),
        "backends.payments.existing: has the key that WSO2 ships with Choreo Connect (mg.key): everybody has its private key",
      ],
      [
        "CAs, one of which has a key that everybody has",
        payments({ existing: makeCa() + makeCa({ keys: PUBLISHED }) }),
        "backends.payments.existing: has the key that WSO2 ships with Choreo Connect (mg.key): everybody has its private key",
      ],
    ]);
  });

  describe("of other keys", () => {
    refusesChoreoConnect([
      [
        "an unknown key",
        { backend: {} },
        "backend: is not a known key; the known keys are target, router, enforcer, adapter, certificate, upstreamTls, controlPlane, publicCas, backends, apis",
      ],
      [
        "an API's name with a path",
        { "apis/..": ["payments"] },
        'apis[".."]: is not a name for an API project: write letters, digits, inner hyphens and dots, at most 100, for example PizzaShack-1.0.0',
      ],
      [
        "an API's name that is invalid for a ConfigMap",
        { "apis/Shop..1": ["payments"] },
        'apis["Shop..1"]: is not a name for an API project: write letters, digits, inner hyphens and dots, at most 100, for example PizzaShack-1.0.0',
      ],
      [
        "an API's name with a space",
        { "apis/Shop 1": ["payments"] },
        'apis["Shop 1"]: is not a name for an API project: write letters, digits, inner hyphens and dots, at most 100, for example PizzaShack-1.0.0',
      ],
      [
        "an API's name that is too long",
        { [`apis/${"a".repeat(101)}`]: ["payments"] },
        "apis.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: is not a name for an API project: write letters, digits, inner hyphens and dots, at most 100, for example PizzaShack-1.0.0",
      ],
      [
        "an API that calls no backend",
        { "apis/Stock": [] },
        "apis.Stock: must have at least 1 entry",
      ],
      [
        "a text that is not PEM for an API Manager",
        { controlPlane: "mg.pem" },
        "controlPlane: the certificate holds no PEM block: it should begin with a line `-----BEGIN …-----`.",
      ],
      [
        "an empty text for an API Manager",
        { controlPlane: "" },
        "controlPlane: the certificate is empty.",
      ],
      [
        "an API Manager whose private key is published",
        { controlPlane: makeCa() + makeServer([], { keys: PUBLISHED }) },
        "controlPlane: has the key that WSO2 ships with Choreo Connect (mg.key): everybody has its private key",
      ],
      [
        "an unknown public CA",
        { publicCas: ["ISRG Root"] },
        `publicCas: "ISRG Root" is not the CN or SHA-256 fingerprint of any public CA that Node ${process.version} knows; similar names are "ISRG Root X1", "ISRG Root X2"`,
      ],
      [
        "public CAs that are not a list",
        { publicCas: "some" },
        'publicCas: found "some"; must be "all", or a list of CAs by their names or SHA-256 fingerprints',
      ],
    ]);
  });
});
