import assert from "node:assert/strict";
import fc from "fast-check";
import { anyText } from "../any-text";
import { escapeInvisible, escapeInvisibleJson, hasInvisible, quote } from "../../../x509";

/** One character of each kind that is invisible or changes the direction of text. */
const INVISIBLE = [
  "\0",
  "\u001b",
  "\u007f",
  "\u009b",
  "\u00a0",
  "\u00ad",
  "\u034f",
  "\u115f",
  "\u180e",
  "\u200b",
  "\u200d",
  "\u200e",
  "\u2028",
  "\u202e",
  "\u2066",
  "\u2800",
  "\u3000",
  "\u3164",
  "\ud800",
  "\ue000",
  "\ufe0f",
  "\ufeff",
  "\u{e0041}",
  "\u{10ffff}",
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...INVISIBLE), anyText(3)))
  .map((parts) => parts.join(""));

describe("invisible characters", () => {
  for (const character of INVISIBLE) {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    it(`are shown by their code: ${code}`, () => {
      assert.equal(hasInvisible(`a${character}b`), true);
      assert.equal(escapeInvisible(`a${character}b\n`), `a\\u{${code}}b\n`);
      assert.equal(quote(`a${character}b`), `"a\\u{${code}}b"`);
    });
  }

  it("do not include the letters of any language", () => {
    for (const plain of [
      "a b",
      "Société",
      "Организация",
      "株式会社",
      "عربي",
      "한국어",
      "हिन्दी",
      "√×–…",
    ]) {
      assert.equal(hasInvisible(plain), false, plain);
      assert.equal(escapeInvisible(`${plain}\n\t`), `${plain}\n\t`);
    }
  });

  it("are never left in text for a screen", () => {
    fc.assert(
      fc.property(text, (all) => {
        assert.equal(hasInvisible(escapeInvisible(all).replace(/[\n\t]/g, "")), false);
      }),
    );
  });

  it("are escaped in JSON, without changing its data", () => {
    fc.assert(
      fc.property(text, fc.constantFrom(0, 2), (all, indent) => {
        const data = { [all]: [all] };
        const json = escapeInvisibleJson(JSON.stringify(data, null, indent));
        assert.deepEqual(JSON.parse(json), data);
        assert.equal(hasInvisible(json.replaceAll("\n", "")), false);
      }),
    );
  });
});
