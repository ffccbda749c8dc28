import assert from "node:assert/strict";
import fc from "fast-check";
import { fingerprintIn, fingerprintProblem } from "../../../x509";

const hex = fc.stringMatching(/^[0-9a-f]{64}$/);

describe("a fingerprint", () => {
  it("is read in every form that tools write", () => {
    fc.assert(
      fc.property(hex, (fingerprint) => {
        const pairs = fingerprint.match(/../g) ?? [];
        const spellings = [
          fingerprint,
          fingerprint.toUpperCase(),
          pairs.join(":").toUpperCase(),
          `sha256:${fingerprint}`,
          `SHA256=${pairs.join(":")}`,
          `sha256 Fingerprint=${pairs.join(":").toUpperCase()}`,
          `SHA256 Fingerprint=${pairs.join(":").toUpperCase()}\r\n`,
          ` ${fingerprint}\t`,
        ];
        for (const spelling of spellings) assert.equal(fingerprintIn(spelling), fingerprint);
      }),
    );
  });

  it("is not read if it is too short, too long or of another kind", () => {
    const good = "0".repeat(64);
    const wrong = [
      "",
      good.slice(1),
      `${good}0`,
      `g${good.slice(1)}`,
      `sha1:${good}`,
      `SHA1 Fingerprint=${good}`,
      `:${good}`,
      `${good.slice(1)}:0`,
      "first-use",
    ];
    for (const text of wrong) assert.equal(fingerprintIn(text), undefined, text);
  });
});

describe("a text that is not a fingerprint", () => {
  const digits = "08961a9be50563767ac7e796ca222fa3df48768cf4ddfe4963db60ef1bdd30c4";
  const pairs = digits.match(/../g) ?? [];
  const cases: readonly [text: string, problem: string][] = [
    [" ", "is empty"],
    [
      `\u200e${digits}`,
      "has U+200E (left-to-right mark) at position 1, which is neither a hex digit nor a colon",
    ],
    [
      `${digits.slice(0, 32)}\u200b${digits.slice(32)}`,
      "has U+200B (zero width space) at position 33, which is neither a hex digit nor a colon",
    ],
    [
      pairs.join("\u00a0"),
      "has U+00A0 (no-break space) at position 3, which is neither a hex digit nor a colon",
    ],
    [
      `sha256 Fingerprint=${digits.slice(0, 63)}g`,
      'has "g" at position 64 of its digits, which is neither a hex digit nor a colon',
    ],
    [pairs.join(" "), "has blanks between its pairs of digits: write colons or nothing there"],
    [pairs.join("-"), "has hyphens between its pairs of digits: write colons or nothing there"],
    [`SHA256: ${pairs.join(":")}`, 'begins with "SHA256: ", as keytool writes it: leave that out'],
    [
      Array(20).fill("AA").join(":"),
      "is a SHA-1 fingerprint, and another certificate can be made with the same one",
    ],
    [
      `SHA1 Fingerprint=${Array(20).fill("AA").join(":")}`,
      "is a SHA-1 fingerprint, and another certificate can be made with the same one",
    ],
    [
      Array(16).fill("aa").join(""),
      "is an MD5 fingerprint, and another certificate can be made with the same one",
    ],
    [
      "SHA256:CJYam+UFY3Z6x+eWyiIvo99IdoyE3f5JY9tg7xvdMMQ",
      "is in base64, as SSH writes fingerprints, and not in hex digits",
    ],
    [digits.slice(1), "has 63 hex digits instead of 64"],
    [`${digits}:`, "has colons in places other than between pairs of digits"],
  ];
  for (const [text, problem] of cases)
    it(`is described: ${problem}`, () => {
      assert.equal(fingerprintIn(text), undefined);
      assert.equal(fingerprintProblem(text), problem);
    });
});
