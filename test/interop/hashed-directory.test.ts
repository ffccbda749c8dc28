import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { hashedDirectory, publicCas, subjectHash } from "../../x509";
import { makeCa, makeLeaf, type CertificateOptions } from "../unit/x509/make-certificate";
import { keys } from "../unit/x509/make-keys";
import { makeMultiValuedName, makeName, type Attribute } from "../unit/x509/make-names";
import { output, run } from "./process";

type Subject = NonNullable<CertificateOptions["subject"]>;

/** The hash that OpenSSL computes. */
const opensslHash = async (pem: string) =>
  (await output("openssl", ["x509", "-hash", "-noout"], { input: pem })).trim();

const bytes = (hex: string): { anyValue: ArrayBuffer } => ({
  anyValue: Uint8Array.from(Buffer.from(hex, "hex")).buffer,
});

describe("The hash of a subject is OpenSSL's", function () {
  this.timeout(300_000);

  const subjects: Readonly<Record<string, Subject>> = {
    "an empty subject": [],
    "one CN": [["CN", "Consortium"]],
    "an empty value": [["CN", ""]],
    "only spaces": [["CN", "   "]],
    "spaces at both ends, and several between words": [["CN", "  My   Own  CA "]],
    "tabs and line breaks": [["CN", "\tMy\r\n\v\fCA\n"]],
    "a no-break space and an ideographic one": [["CN", "\u00a0My\u3000\u3000CA\u00a0"]],
    "upper case, in ASCII and beyond": [["CN", "CONSORTIUM \u00c4\u0130\u0416\u212a"]],
    "several O and OU": [
      ["C", "DE"],
      ["O", "One"],
      ["O", "Two"],
      ["OU", "B"],
      ["OU", "A"],
    ],
    "a PrintableString": [["CN", { printableString: " Consortium  CA" }]],
    "an IA5String": [["1.2.840.113549.1.9.1", { ia5String: "CA@Example.ORG" }]],
    "a TeletexString in Latin-1": [["CN", bytes("14065ac947414c20")]],
    "a BMPString": [["CN", { bmpString: "Soci\u00e9t\u00e9  \u0416 CA" }]],
    "a UniversalString": [["CN", bytes("1c0c00000041000000e90001f511")]],
    "a NumericString": [["CN", bytes("12053132202033")]],
    "a BIT STRING": [["2.5.4.45", bytes("030204f0")]],
    "a NUL, and letters beyond the BMP": [["CN", "a\0B \u{1f511}"]],
    "a value longer than 255 bytes": [["CN", "X y ".repeat(100)]],
    "several attributes in one relative name": makeMultiValuedName([
      ["OU", "Zeta"],
      ["CN", "Alpha"],
      ["CN", "alpha  beta"],
    ]),
    "values whose order changes in lower case": makeMultiValuedName([
      ["CN", "a"],
      ["CN", "B"],
      ["CN", "  c"],
    ]),
    "100 relative names": Array.from(
      { length: 100 },
      (_, index) => ["OU", `Unit ${index}`] as const,
    ),
  };
  for (const [what, subject] of Object.entries(subjects))
    it(`for ${what}`, async () => {
      const pem = makeCa({ subject });
      assert.equal(subjectHash(pem), await opensslHash(pem));
    });

  it("for equal names in different string types, which have one hash", async () => {
    const names = [{ utf8String: "My CA" }, { printableString: "MY  ca" }, { bmpString: " my CA" }];
    const hashes = names.map((value) => subjectHash(makeCa({ subject: [["CN", value]] })));
    assert.equal(new Set(hashes).size, 1);
    assert.equal(hashes[0], await opensslHash(makeCa({ subject: [["CN", "my ca"]] })));
  });

  it("for random subjects", async () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 20 }),
      fc.string({ unit: fc.constantFrom(...Array.from(" \t\nAbZz\u00c4\u00e4")), maxLength: 12 }),
    );
    const value = fc.oneof(
      text,
      fc
        .string({ unit: fc.constantFrom(...Array.from(" AZaz09'()+,-./:=?")), maxLength: 12 })
        .map((printableString) => ({ printableString })),
      fc
        .string({ unit: fc.constantFrom(...Array.from(" AZaz\u00c4\u0416")), maxLength: 12 })
        .map((bmpString) => ({ bmpString })),
    );
    const attribute: fc.Arbitrary<Attribute> = fc.tuple(
      fc.constantFrom("CN", "O", "OU", "C"),
      value,
    );
    const several = fc.array(attribute, { minLength: 1, maxLength: 4 });
    const subject = fc.oneof(several.map(makeName), several.map(makeMultiValuedName));
    await fc.assert(
      fc.asyncProperty(subject, async (name) => {
        const pem = makeCa({ subject: name });
        assert.equal(subjectHash(pem), await opensslHash(pem));
      }),
      { numRuns: 100 },
    );
  });

  it("for public CAs", async () => {
    for (const { pem } of publicCas().slice(0, 40))
      assert.equal(subjectHash(pem), await opensslHash(pem));
  });
});

describe("A hashed directory", function () {
  this.timeout(60_000);
  let folder = "";
  before(() => void (folder = mkdtempSync(join(tmpdir(), "countersign-hashed-"))));
  after(() => rmSync(folder, { recursive: true }));

  /** Verifies a leaf with OpenSSL, which trusts only a folder. Returns `OK` or the reason of the refusal. */
  async function verify(name: string, cas: readonly string[], leaf: string): Promise<string> {
    const path = join(folder, name);
    mkdirSync(path);
    for (const [file, pem] of Object.entries(hashedDirectory(cas)))
      writeFileSync(join(path, file), pem);
    const only = ["-CApath", path, "-no-CAfile", "-no-CAstore"];
    const at = ["-attime", String(Date.parse("2025-06-01T00:00:00Z") / 1000)];
    const { status, stdout, stderr } = await run("openssl", ["verify", ...only, ...at], {
      input: leaf,
    });
    return status === 0 ? stdout.trim() : stderr;
  }

  const subject: readonly Attribute[] = [
    ["O", "Société  Générale"],
    ["CN", " Consortium CA"],
  ];
  const ca = makeCa({ subject, issuer: subject, subjectKeyId: "0a", authorityKeyId: "0a" });
  const leaf = makeLeaf({ issuer: subject, authorityKeyId: "0a" });
  const sameName = makeCa({
    subject,
    issuer: subject,
    keys: keys("otherP256"),
    signer: keys("otherP256"),
    subjectKeyId: "0b",
    authorityKeyId: "0b",
  });

  it("lets OpenSSL find the CA, also beside another of the same name", async () => {
    assert.equal(await verify("one", [ca], leaf), "stdin: OK");
    assert.equal(await verify("both", [sameName, makeCa() + ca], leaf), "stdin: OK");
  });

  it("is the only reason why OpenSSL trusts a certificate", async () => {
    const refusal = /unable to get local issuer certificate/;
    assert.match(await verify("none", [], leaf), refusal);
    assert.match(await verify("others", [makeCa()], leaf), refusal);
    assert.doesNotMatch(await verify("namesake", [sameName], leaf), /OK/);
  });
});
