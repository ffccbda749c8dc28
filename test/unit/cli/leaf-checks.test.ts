import assert from "node:assert/strict";
import { Checklist } from "../../../verify/check";
import { checkKeyIds, checkLeaf } from "../../../verify/leaf-checks";
import { readCertificate } from "../../../x509";
import { makeCa, makeLeaf, type CertificateOptions } from "../x509/make-certificate";
import { keys } from "../x509/make-keys";

const key = (name: "p256" | "otherP256") =>
  keys(name).privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** Checks a leaf that is valid in 2025, on a given day. */
function check(options: CertificateOptions, day = "2025-06-01", keyPem = key("p256")) {
  const list = new Checklist("MyOrg1MSP");
  const at = new Date(`${day}T00:00:00Z`);
  const roots = [readCertificate(makeCa())];
  const leaf = checkLeaf(list, {
    what: "the client certificate",
    certificatePem: makeLeaf(options),
    keyPem,
    origin: "Secret org-1/pair",
    roots,
    purposes: ["clientAuth"],
    at,
  });
  if (leaf !== undefined) checkKeyIds(list, leaf, roots, at);
  return list.checks;
}

const failed = (...args: Parameters<typeof check>) =>
  check(...args)
    .filter(({ ok }) => !ok)
    .map(({ code, severity }) => `${severity} ${code}`);

describe("a leaf", () => {
  it("passes every check, each in its own line", () => {
    const found = check({});
    assert.deepEqual(
      found.map(({ code }) => code),
      ["key", "purpose", "expiry", "chain", "ca-life", "key-ids"],
    );
    assert.ok(found.every(({ ok }) => ok));
  });

  it("fails with the key of another certificate", () => {
    assert.deepEqual(failed({}, "2025-06-01", key("otherP256")), ["error key"]);
  });

  it("fails for another purpose", () => {
    assert.deepEqual(failed({ purposes: ["1.3.6.1.5.5.7.3.1"] }), ["error purpose"]);
  });

  it("fails before and after its validity", () => {
    assert.deepEqual(failed({}, "2024-12-31"), ["error expiry"]);
    assert.deepEqual(failed({}, "2026-01-02"), ["error expiry"]);
  });

  it("warns 30 days before its end", () => {
    assert.deepEqual(failed({}, "2025-12-01"), []);
    assert.deepEqual(failed({}, "2025-12-03"), ["warning expiry"]);
  });

  it("with a short validity warns in its last third", () => {
    const week = { notBefore: "2025-06-01T00:00:00Z", notAfter: "2025-06-08T00:00:00Z" };
    assert.deepEqual(failed(week, "2025-06-05"), []);
    assert.deepEqual(failed(week, "2025-06-06"), ["warning expiry"]);
  });

  it("fails if it outlives its CA, and warns if the next one would", () => {
    assert.deepEqual(failed({ notAfter: "2031-01-01T00:00:00Z" }), ["error ca-life"]);
    assert.deepEqual(failed({ notAfter: "2028-06-01T00:00:00Z" }), ["warning ca-life"]);
  });

  it("fails if its CA is unknown, and then nothing is reported about that CA", () => {
    const codes = check({ issuer: [["CN", "Nobody"]] }).map(({ code, ok }) => [code, ok]);
    assert.deepEqual(codes.slice(3, 4), [["chain", false]]);
    assert.ok(!codes.some(([code]) => code === "ca-life"));
  });

  it("fails if it was not signed with its CA's key", () => {
    assert.deepEqual(failed({ signer: keys("otherP256") }), ["error chain"]);
  });

  it("fails without a key identifier", () => {
    assert.deepEqual(failed({ authorityKeyId: null }), ["error key-ids"]);
  });

  it("that cannot be read fails, and so does a key; neither is shown", () => {
    const list = new Checklist("MyOrg1MSP");
    const pair = { what: "it", origin: "Secret org-1/pair", roots: [], purposes: [] };
    const leaf = checkLeaf(list, {
      ...pair,
      certificatePem: key("p256"),
      keyPem: "",
      at: new Date(),
    });
    assert.equal(leaf, undefined);
    assert.deepEqual(
      list.checks.map(({ code, ok }) => [code, ok]),
      [["certificate", false]],
    );
    assert.match(list.checks[0]?.message ?? "", /Secret org-1\/pair: a PRIVATE KEY block instead/);
  });
});
