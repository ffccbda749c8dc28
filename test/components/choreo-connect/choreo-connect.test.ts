import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { facts } from "../../../facts";
import {
  checkChain,
  keyMatchesCertificate,
  readCertificate,
  readCertificates,
  readPkcs12,
} from "../../../x509";
import { makeCa } from "../../unit/x509/make-certificate";
import { keys } from "../../unit/x509/make-keys";
import type { Run } from "../mock-engine";
import { runStack } from "../run-stack";
import { find } from "../tree";
import { reveal, visible } from "../wire";
import {
  example,
  outputsOf,
  ownTree,
  pairTree,
  textsIn,
  withBackends,
  withGenerations,
} from "./make-stack";

const PARTS = ["router", "enforcer", "adapter"] as const;

/** The example, during a rotation of the CA, with a Deployment to roll. */
const SECTIONS = withBackends(withGenerations(example("kubernetes")), {
  payments: { restarts: ["payments"] },
});

/** Metadata of objects with an exact name. */
const MARKED = { annotations: { "countersign/made-by": "organization/countersign/test#01020304" } };

const TREE = [
  "countersign:choreo-connect:ChoreoConnect choreo-connect",
  ...pairTree("adapter", true),
  ...pairTree("backend-payments", true),
  ...pairTree("backend-ratings", true),
  ...pairTree("backend-stock"),
  ...pairTree("enforcer", true),
  ...pairTree("router", true),
  "  countersign:choreo-connect:TokenSigner choreo-connect-token-signer",
  "    tls:index/privateKey:PrivateKey choreo-connect-token-signer-key",
  "    tls:index/selfSignedCert:SelfSignedCert choreo-connect-token-signer-certificate",
  "  kubernetes:apps/v1:DeploymentPatch choreo-connect-backend-payments-restart-payments",
  "  kubernetes:core/v1:ConfigMap choreo-connect-api-shop-1.0.0",
  "  kubernetes:core/v1:ConfigMap choreo-connect-api-stock-2.1.0",
  "  kubernetes:core/v1:ConfigMap choreo-connect-backends-shop.router-ca",
  "  kubernetes:core/v1:Secret choreo-connect-backend-ratings-router-trust",
  "  kubernetes:core/v1:Secret choreo-connect-token-signer-keys",
  "  kubernetes:core/v1:Secret choreo-connect-trust",
  "  kubernetes:helm.sh/v3:Release choreo-connect",
  "  random:index/randomPassword:RandomPassword choreo-connect-backend-ratings-store-password",
];

describe("Choreo Connect with its chart", () => {
  let up: Run<unknown>;
  let preview: Run<unknown>;
  let bundle = "";
  before(async () => {
    up = await runStack(SECTIONS);
    assert.deepEqual(up.errors, []);
    preview = await runStack(SECTIONS, { preview: true });
    assert.deepEqual(preview.errors, []);
    bundle = outputsOf(up).caBundle as string;
  });
  const inputs = (name: string, type = "") => reveal(find(up.resources, name, type).inputs);

  it("consists of the pairs, the mounted objects, and the release", () => {
    assert.deepEqual(ownTree(up), TREE);
  });

  it("is the same at preview, with all names in the values known", () => {
    assert.deepEqual(ownTree(preview), TREE);
    const release = (run: Run<unknown>) => find(run.resources, "choreo-connect", "Release").inputs;
    assert.deepEqual(release(preview), release(up));
  });

  it("gives each part a pair for servers and clients, with the names at which it is called", () => {
    for (const part of PARTS) {
      const { allowedUses, validityPeriodHours, earlyRenewalHours } = inputs(
        `choreo-connect-${part}-certificate`,
        "LocallySignedCert",
      ) as Record<string, unknown>;
      assert.deepEqual(allowedUses, ["digital_signature", "server_auth", "client_auth"], part);
      assert.deepEqual([validityPeriodHours, earlyRenewalHours], [2160, 720]);
    }
    const { choreoConnect } = outputsOf(up) as {
      choreoConnect: { dnsNames: Record<string, string[]> };
    };
    for (const part of PARTS) {
      const { "tls.crt": chain = "" } = textsIn(up, `choreo-connect-${part}-keys`);
      const [leaf] = readCertificates(chain);
      assert.ok(leaf);
      assert.deepEqual(leaf.dnsNames, choreoConnect.dnsNames[part]);
      assert.equal(leaf.subject.text, `O=Choreo Connect, CN=${part}`);
    }
  });

  it("mounts each part's RSA key as PKCS#8, and its certificate followed by all generations, the signing one first; the enforcer's only by that one", () => {
    const [signing, trusted] = readCertificates(bundle);
    const { g1, g2 } = (
      outputsOf(up) as {
        certificates: { authority: Record<string, { certificate: string }> };
      }
    ).certificates.authority;
    assert.deepEqual([signing?.pem, trusted?.pem], [g2?.certificate, g1?.certificate]);
    for (const part of PARTS) {
      const { "tls.crt": chain = "", "tls.key": key = "" } = textsIn(
        up,
        `choreo-connect-${part}-keys`,
      );
      assert.match(key, /^-----BEGIN PRIVATE KEY-----\n/);
      assert.equal(createPrivateKey(key).asymmetricKeyType, "rsa");
      const [leaf, ...rest] = readCertificates(chain);
      assert.ok(leaf && keyMatchesCertificate(key, leaf.pem));
      assert.ok(signing);
      const trusted = part === "enforcer" ? signing.pem : bundle;
      assert.equal(rest.map(({ pem }) => pem).join(""), trusted);
      for (const purpose of ["serverAuth", "clientAuth"] as const)
        assert.deepEqual(checkChain(leaf, [signing], { purpose, at: new Date() }), []);
    }
  });

  it("signs tokens with a pair that is valid for nothing else, and that the CA did not sign", () => {
    const { allowedUses, isCaCertificate } = inputs(
      "choreo-connect-token-signer-certificate",
    ) as Record<string, unknown>;
    assert.deepEqual([allowedUses, isCaCertificate], [["digital_signature"], undefined]);
    const { "tls.crt": chain = "", "tls.key": key = "" } = textsIn(
      up,
      "choreo-connect-token-signer-keys",
    );
    const certificate = readCertificate(chain);
    assert.equal(certificate.issuer.text, certificate.subject.text);
    assert.equal(certificate.subject.text, "O=Choreo Connect, CN=backend tokens");
    assert.ok(!bundle.includes(certificate.pem));
    assert.match(key, /^-----BEGIN PRIVATE KEY-----\n/);
    assert.deepEqual(
      [certificate.keyAlgorithm, keyMatchesCertificate(key, chain)],
      ["RSA-2048", true],
    );
    assert.deepEqual(inputs("choreo-connect-token-signer-key"), {
      algorithm: "RSA",
      rsaBits: 2048,
    });
  });

  it("gives a backend in the cluster its pair for its endpoints' hosts, under exact names", () => {
    const { metadata, type } = inputs("choreo-connect-backend-payments-keys") as Record<
      string,
      unknown
    >;
    assert.deepEqual(
      [metadata, type],
      [{ namespace: "shop", name: "payments-tls", ...MARKED }, "kubernetes.io/tls"],
    );
    const { "tls.crt": leaf = "", "tls.key": key = "" } = textsIn(
      up,
      "choreo-connect-backend-payments-keys",
    );
    assert.deepEqual(readCertificate(leaf).dnsNames, ["payments.shop.svc.cluster.local"]);
    assert.ok(keyMatchesCertificate(key, leaf));
    const { allowedUses } = inputs("choreo-connect-backend-payments-certificate", "SignedCert") as {
      allowedUses: string[];
    };
    assert.deepEqual(allowedUses, ["digital_signature", "server_auth"]);
    assert.deepEqual(inputs("choreo-connect-backends-shop.router-ca"), {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: "shop", name: "router-ca", ...MARKED },
      data: { "ca.crt": bundle },
    });
  });

  it("gives a backend in Java stores with one password", () => {
    const store = (name: string, key: string) => {
      const { metadata, data } = inputs(name) as {
        metadata: object;
        data: Record<string, string>;
      };
      const [content, password] = [data[key], data.password].map((text) =>
        Buffer.from(text ?? "", "base64"),
      );
      assert.ok(content && password);
      return { metadata, content: readPkcs12(content, password.toString()) };
    };
    const keys = store("choreo-connect-backend-ratings-keys", "keystore.p12");
    assert.deepEqual(keys.metadata, { namespace: "shop", name: "ratings-tls", ...MARKED });
    assert.deepEqual(
      keys.content.keys.map(({ alias }) => alias),
      ["ratings"],
    );
    const trust = store("choreo-connect-backend-ratings-router-trust", "truststore.p12");
    assert.deepEqual(trust.metadata, {
      namespace: "shop",
      name: "ratings-router-trust",
      ...MARKED,
    });
    assert.deepEqual(
      trust.content.trusted.map(({ alias }) => alias),
      ["router", "router-2"],
    );
    assert.deepEqual(
      trust.content.trusted.map(({ certificatePem }) => certificatePem).sort(),
      readCertificates(bundle)
        .map(({ pem }) => pem)
        .sort(),
    );
  });

  it("rolls a backend's Deployment once the objects that it mounts exist", () => {
    const patch = find(up.resources, "choreo-connect-backend-payments-restart-payments");
    const { metadata, spec } = patch.inputs as {
      metadata: object;
      spec: { template: { metadata: { annotations: Record<string, string> } } };
    };
    assert.deepEqual(metadata, {
      name: "payments",
      namespace: "shop",
      annotations: { "pulumi.com/patchForce": "true" },
    });
    const { annotations } = spec.template.metadata;
    assert.deepEqual(Object.keys(annotations), ["mounted.countersign/payments"]);
    assert.match(annotations["mounted.countersign/payments"] ?? "", /^[\da-f]{16}$/);
    for (const name of ["backend-payments-keys", "backends-shop.router-ca"])
      assert.ok(patch.dependencies.includes(find(up.resources, `choreo-connect-${name}`).urn));
  });

  it("has no key and no password outside of secrets", () => {
    const material = new RegExp(
      ["PRIVATE KEY", "generated-password"]
        .flatMap((text) => [text, Buffer.from(text).toString("base64")])
        .join("|"),
    );
    for (const { urn, inputs: given } of up.resources)
      assert.doesNotMatch(JSON.stringify(visible(given)), material, urn);
    for (const [urn, outputs] of up.outputs)
      assert.doesNotMatch(JSON.stringify(visible(outputs)), material, urn);
    const { choreoConnectKeys, ...others } = visible(
      up.outputs.get(find(up.resources, "countersign-test").urn),
    ) as Record<string, unknown>;
    assert.equal(choreoConnectKeys, "[secret]");
    assert.doesNotMatch(JSON.stringify(others), /\[secret\]/);
  });

  it("keeps only keys that are in no Secret", () => {
    const { choreoConnectKeys } = outputsOf(up) as { choreoConnectKeys: object };
    assert.deepEqual(
      Object.entries(choreoConnectKeys).map(([kind, all]) => [kind, Object.keys(all as object)]),
      [
        ["backends", ["stock"]],
        ["parts", []],
        ["passwords", []],
      ],
    );
  });

  it("states who shows what to whom", () => {
    const trusts = ["ca/g1", "ca/g2"];
    const peer = (
      party: string,
      source: string,
      name: string,
      dials: string[],
      serves: string,
    ) => ({
      ...{ party, source: `choreoConnect.${source}` },
      presents: `choreo-connect-${name}-certificate`,
      ...{ trusts, dials, serves },
    });
    const of = (part: string, dials: string[], serves: string) =>
      peer(`Choreo Connect ${part}`, part, part, dials, serves);
    const backends = ["payments", "ratings", "stock"];
    const own = inputs("choreo-connect", "ChoreoConnect");
    assert.deepEqual(facts.strict().parse(own), {
      peers: [
        of(
          "router",
          [
            ...["Choreo Connect adapter", "Choreo Connect enforcer"],
            ...backends.map((name) => `backend ${name}`),
          ],
          "tls",
        ),
        of("enforcer", ["Choreo Connect adapter"], "mutual-tls"),
        of("adapter", [], "mutual-tls"),
        ...backends.map((name) =>
          peer(`backend ${name}`, `backends.${name}`, `backend-${name}`, [], "mutual-tls"),
        ),
      ],
    });
    const early = find(preview.resources, "choreo-connect", "ChoreoConnect").inputs;
    assert.deepEqual(reveal(early), own);
  });

  it("trusts only the CA, or an API Manager's certificates, besides the peers", async () => {
    assert.deepEqual(textsIn(up, "choreo-connect-trust"), { "ca.crt": bundle });
    const controlPlane = makeCa({ keys: keys("rsa2048") }) + makeCa();
    const { choreoConnect } = SECTIONS;
    const run = await runStack(
      { ...SECTIONS, choreoConnect: { ...choreoConnect, controlPlane, backends: {}, apis: {} } },
      { state: up.state },
    );
    assert.deepEqual(run.errors, []);
    assert.deepEqual(textsIn(run, "choreo-connect-trust"), { "ca.crt": controlPlane });
  });
});
