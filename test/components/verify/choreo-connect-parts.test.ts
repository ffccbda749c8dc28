import assert from "node:assert/strict";
import { Checklist } from "../../../verify/check";
import { checkPart, checkPeerTrust } from "../../../systems/choreo-connect/verify/check-part";
import type { PartView } from "../../../systems/choreo-connect/verify/read-parts";
import type { Part } from "../../../components/choreo-connect/party";
import { certificateFileOf } from "../../../components/choreo-connect/trust";
import { makeCa } from "../../unit/x509/make-certificate";
import { keys } from "../../unit/x509/make-keys";
import { keyPem } from "../../unit/x509/make-pkcs12";
import { PUBLISHED, PUBLISHED_KEY_PEM, PUBLISHED_NAME } from "../../unit/x509/make-published";
import {
  BUNDLE,
  CA,
  KEYS,
  LIFE,
  OTHER_CA,
  expectLines,
  issuedAs,
  leafFor,
  linesOf,
  surroundingsOf,
} from "./make-choreo-connect";
import { deployed, gateway, viewOf } from "./make-part";

const KEYSTORE = "/home/wso2/security/keystore";
const TRUSTSTORE = "/home/wso2/security/truststore";

/** Returns the failed checks of a part by itself. */
function faultsOf(view: PartView, stack = deployed.stack): string[] {
  const list = new Checklist(view.part);
  const surroundings = surroundingsOf({ ...deployed, stack });
  checkPart(view, list, true, surroundings);
  checkPeerTrust(view, list, surroundings);
  return linesOf(list.checks);
}

/** A certificate of a part, followed by all generations. */
const chain = (part: Part, options: Parameters<typeof leafFor>[2]) =>
  leafFor(part, gateway.dnsNames[part], { keys: KEYS[part], ...options }) + BUNDLE;

/** Returns the failed checks of a part for which another certificate was issued last. */
function faultsOfIssued(part: Part, options: Parameters<typeof leafFor>[2], keyText?: string) {
  const certificate = leafFor(part, gateway.dnsNames[part], { keys: KEYS[part], ...options });
  const { issued } = deployed.stack;
  return faultsOf(
    viewOf(part, {
      [`${KEYSTORE}/mg.pem`]: certificateFileOf(part, certificate, BUNDLE),
      [`${KEYSTORE}/mg.key`]: keyText ?? keyPem((options?.keys ?? KEYS[part]).privateKey),
    }),
    {
      ...deployed.stack,
      issued: { ...issued, parts: { ...issued.parts, [part]: issuedAs(certificate) } },
    },
  );
}

describe("a part of Choreo Connect", () => {
  it("passes all checks as it is exported", () => {
    for (const part of ["router", "enforcer", "adapter"] as const)
      assert.deepEqual(faultsOf(viewOf(part)), []);
  });

  it("fails without a file", () => {
    expectLines(
      faultsOf(viewOf("adapter", { [`${KEYSTORE}/mg.key`]: undefined })),
      /^adapter files: there is no \/home\/wso2\/security\/keystore\/mg\.key\.$/,
    );
    expectLines(
      faultsOf(viewOf("router", { [`${TRUSTSTORE}/mg.pem`]: undefined })),
      /^router files: there is no .*truststore\/mg\.pem\.$/,
    );
  });

  it("fails with a key that it cannot read, or cannot sign tokens with", () => {
    const { privateKey } = KEYS.enforcer;
    expectLines(
      faultsOf(viewOf("enforcer", { [`${KEYSTORE}/mg.key`]: keyPem(privateKey, "pkcs1") })),
      /^enforcer key-form: the key in Secret ns\/hand-made is a "RSA PRIVATE KEY" block, but the enforcer reads "PRIVATE KEY"/,
    );
    expectLines(
      faultsOfIssued("adapter", { keys: keys("p256") }),
      /^adapter key-form: the key in .* is ECDSA-P256, but the adapter signs tokens only with RSA keys\.$/,
    );
    const encrypted = privateKey
      .export({ type: "pkcs8", format: "pem", cipher: "aes-128-cbc", passphrase: "x" })
      .toString();
    const found = faultsOf(viewOf("enforcer", { [`${KEYSTORE}/mg.key`]: encrypted }));
    expectLines(found, /^enforcer key: /, /^enforcer key-form: .*"ENCRYPTED PRIVATE KEY" block/);
  });

  it("fails with the key of another certificate", () => {
    expectLines(
      faultsOf(viewOf("router", { [`${KEYSTORE}/mg.key`]: keyPem(keys("p384").privateKey) })),
      /^router key: the private key in Secret ns\/hand-made is not that of its certificate/,
    );
  });

  it("fails with the pair that everybody has", () => {
    expectLines(
      faultsOfIssued("enforcer", { keys: PUBLISHED }, PUBLISHED_KEY_PEM),
      new RegExp(`^enforcer published-key: .*has ${PUBLISHED_NAME.replace(/[().]/g, "\\$&")}`),
    );
  });

  it("fails with a certificate for other purposes or names, or that has expired", () => {
    expectLines(
      faultsOfIssued("router", { purposes: ["1.3.6.1.5.5.7.3.1"] }),
      /^router purpose: .*not for clientAuth/,
    );
    const notAfter = new Date(Date.now() - 1000).toISOString();
    expectLines(faultsOfIssued("router", { notAfter }), /^router expiry: .*expired on/);
    const { issued } = deployed.stack;
    const certificate = leafFor("router", ["router", "localhost"], { keys: KEYS.router });
    expectLines(
      faultsOf(viewOf("router", { [`${KEYSTORE}/mg.pem`]: certificate + BUNDLE }), {
        ...deployed.stack,
        issued: { ...issued, parts: { ...issued.parts, router: issuedAs(certificate) } },
      }),
      /^router names: its certificate is for "router", "localhost", but it is called as gw\.example\.$/,
    );
  });

  it("fails with an older certificate than the last one, or with one of another CA", () => {
    expectLines(
      faultsOf(viewOf("router", { [`${KEYSTORE}/mg.pem`]: chain("router", {}) })),
      /^router certificate: Secret ns\/hand-made has a certificate .* not the one issued last/,
    );
    const foreign = { signer: keys("p384"), issuer: [["CN", "Other CA"] as const] };
    expectLines(faultsOfIssued("router", foreign), /^router chain: its issuer .* is not trusted/);
  });

  it("fails if its certificate file, which its peers trust, lacks a generation of the CA", () => {
    const certificate = deployed.stack.issued.parts.router.certificate;
    expectLines(
      faultsOf(viewOf("router", { [`${KEYSTORE}/mg.pem`]: certificate + CA })),
      /^router trust-store: its certificate file \(Secret ns\/hand-made\) lacks the stack's "CN=Gateway CA 2/,
    );
  });

  it("fails if a generation after the enforcer's certificate did not issue it, as the enforcer does not start", () => {
    const certificate = deployed.stack.issued.parts.enforcer.certificate;
    expectLines(
      faultsOf(viewOf("enforcer", { [`${KEYSTORE}/mg.pem`]: certificate + BUNDLE })),
      /^enforcer trust-store: Secret ns\/hand-made has CN=Gateway CA 2 after its certificate, .*the enforcer does not start\.$/,
    );
  });
  it("is checked at the paths in the adapter's configuration", () => {
    const view: PartView = {
      ...viewOf("adapter"),
      configured: { pair: { certificate: "/a.pem", key: "/a.key" }, truststore: "/nowhere" },
    };
    expectLines(
      faultsOf(view),
      /^adapter files: there is no \/a\.pem\. there is no \/a\.key\. there is no file with CAs/,
    );
  });
});

describe("the CAs that a part trusts for its peers", () => {
  const path = `${TRUSTSTORE}/controlplane.pem`;

  it("include every generation, and nobody else", () => {
    expectLines(
      faultsOf(viewOf("router", { [`${TRUSTSTORE}/mg.pem`]: CA })),
      /^router trust-store: .*truststore\/mg\.pem in Secret ns\/hand-made lacks the stack's "CN=Gateway CA 2/,
    );
    expectLines(
      faultsOf(viewOf("adapter", { [path]: BUNDLE + OTHER_CA })),
      /^adapter trust-store: .*controlplane\.pem .* also has "CN=Other CA .* certificates that it signs are accepted/,
    );
    expectLines(
      faultsOf(viewOf("adapter", { [path]: "no PEM" })),
      /^adapter trust-store: .*controlplane\.pem/,
    );
  });

  it("include no certificate with a published key, such as WSO2's own", () => {
    const wso2 = makeCa({ ...LIFE, keys: PUBLISHED, subject: [["CN", "wso2"]] });
    expectLines(
      faultsOf(viewOf("adapter", { [path]: wso2 })),
      /^adapter trust-store: .*lacks the stack's/,
      /^adapter published-key: .*controlplane\.pem in Secret ns\/hand-made holds CN=wso2, which has the key/,
    );
  });

  it("include exactly the API Manager's certificates, if there is one", () => {
    const stack = { ...deployed.stack, gateway: { ...gateway, controlPlane: OTHER_CA } };
    assert.deepEqual(faultsOf(viewOf("adapter", { [path]: OTHER_CA }), stack), []);
    expectLines(
      faultsOf(viewOf("adapter"), stack),
      /^adapter trust-store: .*controlplane\.pem .* lacks the stack's "CN=Other CA/,
    );
  });
});
