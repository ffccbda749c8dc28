import assert from "node:assert/strict";
import { serviceNamed } from "../../../components/spinnaker/installation";
import type { CheckCode } from "../../../verify/check";
import { secret } from "../../unit/cli/fake-cluster";
import { keys } from "../../unit/x509/make-keys";
import { makeCa, makeLeaf } from "../../unit/x509/make-certificate";
import { keyPem } from "../../unit/x509/make-pkcs12";
import { PUBLISHED } from "../../unit/x509/make-published";
import { expectFailure } from "./expect-failure";
import { CA, OTHER_CA, PASSWORD, certificateOf, trustSecret } from "./make-material";
import { SERVICE, failuresOf, makeSpinnaker, setAt, verify } from "./make-spinnaker";

const CONFIG = ["spec", "spinnakerConfig"];

/** Creates a Spinnaker with only Dinghy, which is written in Go. */
function makeDinghy(changed: (certificate: string) => Readonly<Record<string, object>>) {
  const spinnaker = makeSpinnaker("operator", { phase: "tls", services: { dinghy: {} } });
  const dinghy = serviceNamed(spinnaker.installation, "dinghy");
  assert.ok(dinghy);
  Object.assign(spinnaker.objects, changed(certificateOf(dinghy)));
  return spinnaker;
}

describe("the files of a service in Go", () => {
  const rsa = keys("rsa2048").privateKey;
  const pair = (certificate: string, key: string) => ({
    "Secret/keys-dinghy": secret({ "tls.crt": certificate, "tls.key": key }),
  });
  const cases: [
    what: string,
    changed: (certificate: string) => Readonly<Record<string, object>>,
    code: CheckCode,
    message: RegExp,
  ][] = [
    [
      "a key in PKCS#8",
      (certificate) => pair(certificate, keyPem(rsa)),
      "key-form",
      /^the key in Secret ns\/keys-dinghy is a "PRIVATE KEY" block, but services in Go read only "RSA PRIVATE KEY" \(PKCS#1\)\.$/,
    ],
    [
      "a key that is not PEM",
      (certificate) => pair(certificate, "key"),
      "key-form",
      /^the key in Secret ns\/keys-dinghy is not PEM, but services in Go read only/,
    ],
    [
      "a chain, of which it sends only one certificate",
      (certificate) => pair(`${certificate}${CA}`, keyPem(rsa, "pkcs1")),
      "key-form",
      /^Secret ns\/keys-dinghy has 2 certificates for its key, and Go sends only the first\.$/,
    ],
    [
      "the key of another certificate",
      (certificate) => pair(certificate, keyPem(keys("rsa1024").privateKey, "pkcs1")),
      "key",
      /^the private key in Secret ns\/keys-dinghy is not that of its certificate/,
    ],
    [
      "a pair that everybody has",
      () => pair(makeLeaf({ keys: PUBLISHED }), keyPem(PUBLISHED.privateKey, "pkcs1")),
      "published-key",
      /^Secret ns\/keys-dinghy holds O=MyOrg1MSP, which has the key that WSO2 ships with Choreo Connect/,
    ],
    [
      "a CA whose private key everybody has",
      () => ({ "Secret/trust": trustSecret([CA, makeCa({ keys: PUBLISHED })]) }),
      "published-key",
      /^the CA file in Secret ns\/trust holds CN=Test CA, which has the key that WSO2 ships with Choreo Connect/,
    ],
    [
      "another CA in its files",
      () => ({ "Secret/trust": trustSecret([OTHER_CA]) }),
      "trust-store",
      /^the CA file in Secret ns\/trust lacks the stack's .* the CA file in Secret ns\/trust also has "CN=Other CA/,
    ],
    [
      "no certificate in its CA file",
      () => ({ "Secret/trust": secret({ "ca.pem": "nothing", password: PASSWORD }) }),
      "trust-store",
      /^the CA file in Secret ns\/trust holds no PEM block/,
    ],
  ];
  for (const [what, changed, code, message] of cases) {
    it(`fail with ${what}`, async () => {
      const failures = await failuresOf(makeDinghy(changed));
      expectFailure(failures, "Spinnaker dinghy", code, message);
      assert.ok(!JSON.stringify(failures).includes("MII"));
    });
  }

  it("fail if Dinghy's clients do not find the CA, which they find only by SSL_CERT_DIR", async () => {
    const spinnaker = makeSpinnaker("operator", {
      phase: "tls",
      services: { dinghy: {}, orca: {} },
    });
    const path = [...CONFIG, "service-settings", "dinghy", "env", "SSL_CERT_DIR"];
    setAt(spinnaker.objects[SERVICE], path, "/etc/ssl/certs");
    const failures = await failuresOf(spinnaker);
    expectFailure(
      failures,
      "Spinnaker dinghy",
      "trust-store",
      /^SSL_CERT_DIR, where its clients find CAs, has no trust anchor/,
    );
    expectFailure(
      failures,
      "Spinnaker orca",
      "accepted",
      /^dinghy refuses it as spin-orca\.ns: [A-Z_]+\.$/,
    );
  });

  it("are checked before it serves with them", async () => {
    const services = { terraformer: { clientCertificate: false } };
    const checks = await verify(makeSpinnaker("operator", { phase: "prepare", services }));
    const codes = checks.filter(({ ok }) => ok).map(({ code }) => code);
    for (const code of ["key-form", "key", "chain", "names"] as const)
      assert.ok(codes.includes(code), code);
  });
});
