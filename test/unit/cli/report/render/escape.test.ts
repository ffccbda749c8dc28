import assert from "node:assert/strict";
import {
  code,
  fenced,
  htmlCode,
  plain,
  prose,
  row,
  visible,
  visibleLines,
} from "../../../../../cli/report/render/escape";

describe("visible", () => {
  it("shows the code points of everything but printable ASCII", () => {
    assert.equal(
      visible("My\u041erg\u202e\n\u200b\ud800\u{1f600}"),
      "My\\u{41e}rg\\u{202e}\\u{a}\\u{200b}\\u{d800}\\u{1f600}",
    );
  });

  it("cuts texts that are longer than requested", () => {
    assert.equal(visible("abcdef", 6), "abcdef");
    assert.equal(visible("abcdefg", 6), "abcde…");
    assert.equal(visible("\n\n", 6), "\\u{a}…");
  });
});

describe("plain", () => {
  it("is one line", () => assert.equal(plain(" a\r\n\u2028b\tc\u0007"), "a b c\\u{7}"));
});

describe("code", () => {
  const cases = [
    ["MyOrg1MSP", "`MyOrg1MSP`"],
    ["@team #1 *x* <b>", "`@team #1 *x* <b>`"],
    ["a`b", "``a`b``"],
    ["`a", "`` `a ``"],
    ["a``b`", "``` a``b` ```"],
    [" a ", "`  a  `"],
    ["", '`""`'],
    ["a\nb", "`a\\u{a}b`"],
  ] as const;
  for (const [text, expected] of cases) {
    it(`quotes ${JSON.stringify(text)}`, () => assert.equal(code(text), expected));
  }
});

describe("prose", () => {
  const cases = [
    ["it expires on 2026-01-05", "it expires on 2026-01-05"],
    ["*a* _b_ [c](d) ~e~ \\", "\\*a\\* \\_b\\_ \\[c\\](d) \\~e\\~ \\\\"],
    ["<b>&amp;|$x$", "&#60;b&#62;&#38;amp;&#124;&#36;x&#36;"],
    ["@a #1 #x GH-1", "@&#8203;a #&#8203;1 #x GH-&#8203;1"],
    ["https://a www.b x:y:z", "https:&#8203;//a www&#46;b x:&#8203;y:z"],
    ["run `pulumi up` or ` not", "run `pulumi up` or &#96; not"],
    ["`@a|b`", "`@a|b`"],
    ["# a", "\\# a"],
    ["- a", "\\- a"],
    ["12. a", "12\\. a"],
    ["===", "\\==="],
    ["a\n\n## b", "a ## b"],
  ] as const;
  for (const [text, expected] of cases) {
    it(`escapes ${JSON.stringify(text)}`, () => assert.equal(prose(text), expected));
  }
});

describe("row", () => {
  it("leaves no `|` that ends a cell", () => {
    assert.equal(row([code("a|b"), code("c\\|d||"), "e"]), "| `a\\|b` | `c\\\\u{7c}d\\|\\|` | e |");
  });
});

describe("htmlCode", () => {
  it("is an element with escaped text", () => {
    assert.equal(
      htmlCode('<a href="b">&</a>'),
      "<code>&#60;a href=&#34;b&#34;&#62;&#38;&#60;/a&#62;</code>",
    );
  });
});

describe("fenced", () => {
  it("has a longer fence than any in the content", () => {
    assert.equal(fenced("diff", "+ ````\n"), "`````diff\n+ ````\n`````");
    assert.equal(fenced("diff", ""), "```diff\n\n```");
  });
});

describe("visibleLines", () => {
  it("keeps lines and letters, and shows invisible characters", () => {
    assert.equal(
      visibleLines("é\t\u041e\n\r\u202e\u00ad\u2028"),
      "é\t\u041e\n\\u{d}\\u{202e}\\u{ad}\\u{2028}",
    );
  });
});
