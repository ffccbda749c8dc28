import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { newNamesOf } from "../../../../../../cli/report/releases/values/new-names";
import { shownValue } from "../../../../../../cli/report/releases/values/differences";
import { SECRET, UNKNOWN, type Property } from "../../../../../../cli/report/value";
import { makeCa } from "../../../../x509/make-certificate";
import { makePlan } from "../../make-plan";
import { givenSecret } from "../given-secret";

const names = newNamesOf(
  makePlan(
    givenSecret("server-pair", "replace", "server-pair-11111111", "server-pair-22222222"),
    givenSecret("ca", "same", "ca-33333333", "ca-33333333"),
    givenSecret("gone", "delete", "gone-44444444", undefined),
  ),
);

const shown = (value: Property) => shownValue(value, names);

describe("a shown value", () => {
  it("is an unchanged text, and a number or boolean as in YAML", () => {
    assert.deepEqual(shown("a: text"), { text: "a: text" });
    assert.deepEqual(shown(9000), { text: "9000" });
    assert.deepEqual(shown(false), { text: "false" });
    assert.deepEqual(shown(null), { text: "null" });
    assert.deepEqual(shown([]), { text: "[]" });
    assert.deepEqual(shown({}), { text: "{}" });
  });

  it("is quoted if a text could be mistaken for something else", () => {
    assert.deepEqual(shown("9000"), { text: '"9000"' });
    assert.deepEqual(shown("true"), { text: '"true"' });
    assert.deepEqual(shown(""), { text: '""' });
  });

  it("is a mark for a secret or unknown value", () => {
    assert.equal(shown(SECRET), SECRET);
    assert.equal(shown(UNKNOWN), UNKNOWN);
  });

  it("is the resource whose name is not final yet", () => {
    assert.deepEqual(shown("server-pair-22222222"), { newNameOf: "server-pair" });
    assert.deepEqual(shown("server-pair-22222222.namespace"), {
      text: "<new name of server-pair>.namespace",
    });
  });

  it("is the name of an object that already exists", () => {
    assert.deepEqual(shown("server-pair-11111111"), { text: "server-pair-11111111" });
    assert.deepEqual(shown("ca-33333333"), { text: "ca-33333333" });
    assert.deepEqual(shown("gone-44444444"), { text: "gone-44444444" });
  });

  it("is the beginning of a long text, its length and its hash", () => {
    const text = "x".repeat(1234);
    assert.deepEqual(shown(text), {
      text: `${"x".repeat(80)}… (1,234 characters, SHA-256 0be279b0…)`,
    });
    assert.deepEqual(shown("x".repeat(200)), { text: "x".repeat(200) });
  });

  it("is on one line", () => {
    assert.deepEqual(shown("one\ntwo"), { text: "one… (7 characters, SHA-256 21066d10…)" });
    assert.deepEqual(shown("one\n"), { text: "one" });
  });

  it("is the fingerprint of a certificate", () => {
    const pem = makeCa();
    const fingerprint = new X509Certificate(pem).fingerprint256.replaceAll(":", "").toLowerCase();
    const shortened = `(certificate with SHA-256 ${fingerprint.slice(0, 16)}…)`;
    assert.deepEqual(shown(`${pem}${pem}`), { text: `${shortened} ${shortened}` });
  });

  it("is only a placeholder for a private key", () => {
    const key = "-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----\n";
    assert.deepEqual(shown(key), { text: "(a private key, not shown)" });
    assert.deepEqual(shown(Buffer.from(key).toString("base64")), {
      text: "(a private key, not shown)",
    });
  });
});
