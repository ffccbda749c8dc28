import assert from "node:assert/strict";
import { keyMatchesCertificate } from "../../../x509";
import { signedRequest } from "../pki/signed-request";
import { runStack } from "../run-stack";
import { example, outputsOf, ownTree, pairTree } from "./make-stack";

describe("Choreo Connect's objects", () => {
  it("have distinct names, whatever the names of backends", async () => {
    const inShop = { namespace: "shop", createNamespace: true, restarts: ["shop"] };
    const names = ["jwt", "token-signer", "router", "trust", "backend-jwt", "ca-certificates"];
    const backends = names.map((name): [string, object] => [
      name,
      {
        endpoints: [`https://${name}.example`],
        trust: "global",
        routerTrust: { forms: ["pem", "pkcs12"] },
        ...inShop,
      },
    ]);
    const { authority, choreoConnect } = example("kubernetes");
    const { errors, resources } = await runStack(
      {
        authority,
        choreoConnect: { ...choreoConnect, backends: Object.fromEntries(backends), apis: {} },
      },
      { preview: true },
    );
    assert.deepEqual(errors, []);
    assert.equal(new Set(resources.map(({ urn }) => urn)).size, resources.length);
    const patches = resources.filter(({ type }) => type.endsWith("DeploymentPatch"));
    const annotations = patches.map(({ inputs }) => {
      const { spec } = inputs as { spec: { template: { metadata: { annotations: object } } } };
      return Object.keys(spec.template.metadata.annotations).join();
    });
    assert.deepEqual(annotations.sort(), names.map((name) => `mounted.countersign/${name}`).sort());
  });
});

describe("Choreo Connect with docker-compose", () => {
  it("consists only of pairs, and keeps their keys", async () => {
    const run = await runStack(example("compose"), { cluster: false });
    assert.deepEqual(run.errors, []);
    const tree = ownTree(run);
    assert.deepEqual(tree, [
      "countersign:choreo-connect:ChoreoConnect choreo-connect",
      ...["adapter", "backend-payments", "backend-ratings", "enforcer", "router"].flatMap((pair) =>
        pairTree(pair),
      ),
      "  countersign:choreo-connect:TokenSigner choreo-connect-token-signer",
      "    tls:index/privateKey:PrivateKey choreo-connect-token-signer-key",
      "    tls:index/selfSignedCert:SelfSignedCert choreo-connect-token-signer-certificate",
      "  random:index/randomPassword:RandomPassword choreo-connect-backend-payments-store-password",
    ]);
    const { ipAddresses, dnsNames } = signedRequest(
      run,
      "choreo-connect-backend-ratings-certificate",
    );
    assert.deepEqual([ipAddresses, dnsNames], [["10.20.0.7"], []]);
    const { choreoConnectKeys, certificates } = outputsOf(run) as {
      choreoConnectKeys: Record<string, Record<string, string>> & { tokenSigner: string };
      certificates: { choreoConnect: { tokenCertificate: string } };
    };
    const { tokenSigner, ...kept } = choreoConnectKeys;
    assert.match(tokenSigner, /^-----BEGIN PRIVATE KEY-----\n/);
    assert.ok(keyMatchesCertificate(tokenSigner, certificates.choreoConnect.tokenCertificate));
    assert.deepEqual(Object.keys(kept.parts ?? {}), ["adapter", "enforcer", "router"]);
    assert.deepEqual(Object.keys(kept.backends ?? {}), ["payments", "ratings"]);
    assert.deepEqual(kept.passwords, { payments: "generated-password" });
    for (const key of [...Object.values(kept.parts ?? {}), ...Object.values(kept.backends ?? {})])
      assert.match(key, /^-----BEGIN PRIVATE KEY-----\n/);
  });
});
