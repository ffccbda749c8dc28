import assert from "node:assert/strict";
import {
  CertificateAuthority,
  type CreatedGeneration,
  type Subject,
} from "../../../components/pki";
import { keys } from "../../unit/x509/make-keys";
import { makeCa } from "../../unit/x509/make-certificate";
import { runProgram, type EngineOptions } from "../mock-engine";

const HOUR = 3_600_000;
const SUBJECT: Subject = { commonName: "Consortium CA", organization: "Consortium" };
const G1: CreatedGeneration = {
  kind: "created",
  state: "signing",
  algorithm: "ECDSA-P256",
  validityHours: 1000,
};

/** The certificate of G1, valid for 1000 hours, `used` of which have passed. */
function certificateUsed(used: number): string {
  const notBefore = Math.floor(Date.now() / 1000) * 1000 - used * HOUR;
  return makeCa({
    keys: keys("p256"),
    subject: [
      ["O", "Consortium"],
      ["CN", "Consortium CA"],
    ],
    notBefore: new Date(notBefore).toISOString(),
    notAfter: new Date(notBefore + 1000 * HOUR).toISOString(),
  });
}

/** The stored state of G1. */
function stored(certificate: string): NonNullable<EngineOptions["existing"]> {
  return {
    "ca-g1": { certPem: certificate },
    "ca-g1-key": { privateKeyPem: "kept in the state" },
    "ca-g1-first": { keepers: { certificate } },
  };
}

/** The same, but the provider replaces the certificate. */
function replaced(certificate: string): NonNullable<EngineOptions["existing"]> {
  return { "ca-g1-first": { keepers: { certificate } } };
}

function authority(generation = G1, subject = SUBJECT) {
  return () => new CertificateAuthority("ca", { subject, generations: { g1: generation } });
}

describe("the life of a CA generation", () => {
  const current = certificateUsed(300);
  const existing = stored(current);

  it("continues unchanged while its settings do not change", async () => {
    for (const preview of [true, false]) {
      const { errors } = await runProgram(authority(), { preview, existing });
      assert.deepEqual(errors, []);
    }
  });

  const changes: [string, CreatedGeneration, Subject, string][] = [
    [
      "another algorithm",
      { ...G1, algorithm: "ECDSA-P384" },
      SUBJECT,
      "algorithm is ECDSA-P256, config says ECDSA-P384",
    ],
    [
      "another validity",
      { ...G1, validityHours: 999 },
      SUBJECT,
      "validity in hours is 1000, config says 999",
    ],
    [
      "another common name",
      G1,
      { ...SUBJECT, commonName: "New CA" },
      "subject CN is Consortium CA, config says New CA",
    ],
    [
      "no organization",
      G1,
      { commonName: "Consortium CA" },
      "subject O is Consortium, config says none",
    ],
    [
      "two changes at once",
      { ...G1, algorithm: "RSA-4096", validityHours: 2000 },
      SUBJECT,
      "algorithm is ECDSA-P256, config says RSA-4096; validity in hours is 1000, config says 2000",
    ],
  ];
  for (const [title, generation, subject, difference] of changes)
    it(`refuses ${title}, already at preview`, async () => {
      for (const preview of [true, false]) {
        const { errors } = await runProgram(authority(generation, subject), { preview, existing });
        assert.deepEqual(errors, [
          `CA generation "g1" exists and is never changed in place (${difference}): restore the old settings and add a new generation`,
        ]);
      }
    });

  it("ends with its certificate: the provider's replacement is refused at preview and at up", async () => {
    const expired = certificateUsed(1001);
    const expiry = new Date(Math.floor(Date.now() / 1000) * 1000 - HOUR);
    for (const preview of [true, false]) {
      const { errors } = await runProgram(authority(), { preview, existing: replaced(expired) });
      assert.equal(errors.length, 1);
      assert.match(
        errors[0] ?? "",
        /^CA generation "g1" expired on [\d:.TZ-]{24}, but is never renewed in place: remove it, and let another generation sign$/,
      );
      assert.ok(errors[0]?.includes(expiry.toISOString().slice(0, 16)));
    }
  });

  it("refuses a replacement for any other reason, such as --replace", async () => {
    const { errors } = await runProgram(authority(), { existing: replaced(current) });
    assert.deepEqual(errors, [
      'CA generation "g1" would be replaced, but is never renewed in place: remove it, and let another generation sign',
    ]);
  });
});
