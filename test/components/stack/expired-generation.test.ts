import assert from "node:assert/strict";
import { runStack, SECTIONS } from "../run-stack";
import { makeCa } from "../../unit/x509/make-certificate";

describe("a CA generation that is only trusted", () => {
  const warnings = async (notAfter: string) => {
    const old = { state: "trusted", certificate: makeCa({ notAfter }) };
    const { subject } = SECTIONS.authority;
    const authority = { subject, generations: { g1: { state: "signing" }, old } };
    const { errors, messages } = await runStack({ ...SECTIONS, authority });
    assert.deepEqual(errors, []);
    return messages.filter(({ severity }) => severity === "warn").map(({ text }) => text);
  };

  it("is warned of once it has expired, with what to remove", async () => {
    assert.deepEqual(await warnings("2026-01-02T03:04:05Z"), [
      "CA generation old (CN=Test CA) expired on 2026-01-02T03:04:05.000Z, and Go, OpenSSL and BoringSSL no longer accept what it signed. Remove authority.generations.old",
    ]);
  });

  it("is not warned of before", async () => {
    assert.deepEqual(await warnings("2099-01-01T00:00:00Z"), []);
  });
});
