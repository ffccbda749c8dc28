import assert from "node:assert/strict";
import {
  CertificateAuthority,
  type CreatedGeneration,
  type ExistingGeneration,
} from "../../../components/pki";
import { readCertificate } from "../../../x509";
import { makeCa } from "../../unit/x509/make-certificate";
import { keys } from "../../unit/x509/make-keys";
import { makeExistingCa } from "../fake-tls";
import { runProgram, type EngineOptions } from "../mock-engine";
import { find } from "../tree";
import { valueOf } from "../value-of";

const CREATED: CreatedGeneration = {
  kind: "created",
  state: "trusted",
  algorithm: "ECDSA-P256",
  validityHours: 1000,
};
const SIGNER: CreatedGeneration = { ...CREATED, state: "signing" };
const NAME = [["CN", "Company CA"]] as const;
const first = makeCa({ subject: NAME, issuer: NAME });
const renewed = makeCa({ subject: NAME, issuer: NAME, notAfter: "2101-01-01T00:00:00Z" });
const other = makeExistingCa("Other CA");

function existing(certificate: string): ExistingGeneration {
  return { kind: "existing", state: "trusted", certificate };
}

function withGeneration(company: CreatedGeneration | ExistingGeneration) {
  const generations = { company, own: SIGNER };
  return () => new CertificateAuthority("ca", { subject: { commonName: "Own CA" }, generations });
}

function named(certificate: string): string {
  const { subject, fingerprint } = readCertificate(certificate);
  return `${subject.text} (SHA-256 ${fingerprint})`;
}

/** Errors when one generation replaces another one with the same name. */
async function refusals(
  before: CreatedGeneration | ExistingGeneration,
  after: CreatedGeneration | ExistingGeneration,
  preview: boolean,
): Promise<readonly string[]> {
  const { state, errors } = await runProgram(withGeneration(before));
  assert.deepEqual(errors, []);
  return (await runProgram(withGeneration(after), { state, preview })).errors;
}

for (const preview of [true, false])
  describe(`an imported CA generation, at ${preview ? "preview" : "up"}`, () => {
    const undo = `Restore the old settings of authority.generations.company, and add the other certificate as a new generation`;

    it("never gets another certificate", async () => {
      assert.deepEqual(await refusals(existing(first), existing(other.certificate), preview), [
        `CA generation "company" is ${named(first)} and is never changed in place, but config has another certificate: ${named(other.certificate)}. ${undo}`,
      ]);
    });

    it("does not even get another certificate with the same name and key", async () => {
      assert.deepEqual(await refusals(existing(first), existing(renewed), preview), [
        `CA generation "company" is ${named(first)} and is never changed in place, but config has another certificate, of the same key: ${named(renewed)}. ${undo}`,
      ]);
    });

    it("never replaces one that was created here", async () => {
      const [message = "", ...more] = await refusals(CREATED, existing(first), preview);
      assert.deepEqual(more, []);
      const start = 'CA generation "company" is CN=Own CA (SHA-256 ';
      assert.ok(message.startsWith(start), message);
      assert.ok(message.includes(`config has another certificate: ${named(first)}. ${undo}`));
    });

    it("is never replaced by one that is created here", async () => {
      assert.deepEqual(await refusals(existing(first), CREATED, preview), [
        `CA generation "company" is ${named(first)}, which was imported, and is never changed in place, but config has no certificate, so a new one would be created. Restore authority.generations.company.certificate, and add the CA to create as a new generation`,
      ]);
    });
  });

describe("an imported CA generation", () => {
  const key = keys("p384").privateKey.export({ type: "pkcs8", format: "pem" }).toString();

  it("continues unchanged with another PEM of its certificate, which no consumer sees", async () => {
    const before = await runProgram(withGeneration(existing(first)));
    for (const written of [first.replaceAll("\n", "\r\n"), `\n${first}\n\n`]) {
      const { value, errors, resources } = await runProgram(withGeneration(existing(written)), {
        state: before.state,
      });
      assert.deepEqual(errors, []);
      assert.ok(value && before.value);
      assert.equal(await valueOf(value.bundlePem), await valueOf(before.value.bundlePem));
      assert.deepEqual(find(resources, "ca").inputs, find(before.resources, "ca").inputs);
    }
  });

  it("may start to sign when its key is added, and stop when it is removed", async () => {
    const trusted = { company: existing(first), own: SIGNER };
    const signing = {
      company: { ...existing(first), state: "signing" as const, key },
      own: CREATED,
    };
    let state: EngineOptions["state"];
    for (const generations of [trusted, signing, trusted]) {
      const subject = { commonName: "Own CA" };
      const run = await runProgram(
        () => new CertificateAuthority("ca", { subject, generations }),
        state && { state },
      );
      assert.deepEqual(run.errors, []);
      state = run.state;
    }
  });

  it("frees its name when it is dropped", async () => {
    const { state } = await runProgram(withGeneration(existing(first)));
    const subject = { commonName: "Own CA" };
    const dropped = await runProgram(
      () => new CertificateAuthority("ca", { subject, generations: { own: SIGNER } }),
      { state },
    );
    const again = await runProgram(withGeneration(existing(other.certificate)), {
      state: dropped.state,
    });
    assert.deepEqual([...dropped.errors, ...again.errors], []);
  });

  it("is remembered from now on if an older version deployed it", async () => {
    const { state } = await runProgram(withGeneration(existing(first)));
    const older = new Map([...state].filter(([, { name }]) => name !== "ca-company-first"));
    const now = await runProgram(withGeneration(existing(first)), { state: older });
    assert.deepEqual(now.errors, []);
    const later = await runProgram(withGeneration(existing(other.certificate)), {
      state: now.state,
      preview: true,
    });
    assert.equal(later.errors.length, 1);
  });
});
