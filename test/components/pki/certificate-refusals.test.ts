import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { Certificate, CertificateAuthority } from "../../../components/pki";
import { keys } from "../../unit/x509/make-keys";
import { makeDnsNames } from "../../unit/x509/make-names";
import { makeRequest } from "../../unit/x509/make-request";
import { makeExistingCa } from "../fake-tls";
import { runProgram, type EngineOptions } from "../mock-engine";

const CA = makeExistingCa("Company CA", 1000);

interface Asked {
  readonly requestPem?: string;
  readonly validityHours?: number;
}

/** All errors, and whether anything was signed. */
async function sign(asked: Asked, options: EngineOptions) {
  const { errors, resources } = await runProgram(() => {
    const { signing } = new CertificateAuthority("ca", {
      subject: { commonName: "not used" },
      generations: { g1: { kind: "existing", state: "signing", ...CA } },
    });
    new Certificate("org-1-certificate", {
      requestPem: asked.requestPem ?? makeRequest(),
      grant: { organization: "MyOrg1MSP", source: "organizations.MyOrg1MSP" },
      issuer: signing,
      role: "client",
      validityHours: asked.validityHours ?? 900,
      renewBeforeHours: 300,
    });
  }, options);
  const signed = resources.some(({ type }) => type.endsWith("LocallySignedCert"));
  return { errors, signed };
}

for (const preview of [true, false])
  describe(`Certificate, at ${preview ? "preview" : "up"}`, () => {
    const refusals: [string, string, string][] = [
      [
        "a request in another organization's name",
        makeRequest({ subject: [["O", "MyOrg2MSP"]] }),
        'asks for organization (O) "MyOrg2MSP"; organizations.MyOrg1MSP grants exactly "MyOrg1MSP".',
      ],
      [
        "a request for a host that is not granted",
        makeRequest({ extensions: [makeDnsNames("orchestrator.example")] }),
        'asks for DNS name "orchestrator.example"; organizations.MyOrg1MSP grants nothing.',
      ],
      [
        "a request that somebody else's key signed",
        makeRequest({ signer: keys("otherP256") }),
        "has a key that did not sign the request; accepted: requests signed by their own key. The request was changed after it was signed, or made for somebody else's key.",
      ],
      [
        "a certificate in the request's place",
        CA.certificate,
        "the certificate request of organizations.MyOrg1MSP: a CERTIFICATE block instead of a CERTIFICATE REQUEST.",
      ],
    ];
    for (const [title, requestPem, reason] of refusals)
      it(`refuses ${title}`, async () => {
        const { errors, signed } = await sign({ requestPem }, { preview });
        assert.equal(signed, false);
        assert.deepEqual(errors, [
          `the certificate request of organizations.MyOrg1MSP is refused:\n  - ${reason}`,
        ]);
      });

    it("refuses a request for the CA's own key", async () => {
      const privateKey = createPrivateKey(CA.key);
      const pair = { privateKey, publicKey: createPublicKey(privateKey) };
      const { errors, signed } = await sign(
        { requestPem: makeRequest({ keys: pair }) },
        { preview },
      );
      assert.equal(signed, false);
      assert.match(
        errors.join(),
        /asks for the key [\da-f]{16}…, which is held by "the CA's own key"/,
      );
    });

    it("refuses a certificate that would outlive its CA", async () => {
      const { errors } = await sign({ validityHours: 1001 }, { preview });
      assert.equal(errors.length, 1);
      assert.match(
        errors[0] ?? "",
        /^certificate "org-1-certificate" would be valid until \S+, longer than its CA generation "g1" \(\S+\): let a newer generation sign, or shorten the certificate's validity$/,
      );
    });
  });
