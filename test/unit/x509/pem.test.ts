import assert from "node:assert/strict";

import { readPem, readPemBundle, toPem } from "../../../x509";
import { GO_CA, GO_LEAF, GO_REQUEST } from "./vectors";

/** Labelled as a key, though it is none. No part of it may appear in a message. */
const SECRET = "c2VjcmV0IHNlY3JldCBzZWNyZXQ=";

function block(label: string, body = SECRET): string {
  return `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
}

describe("readPem", () => {
  it("reads one block and writes it in canonical form", () => {
    const { label, der, pem } = readPem(`\n\r\n${block("THING")}\n \n`, "THING", "x");
    assert.deepEqual(
      [label, der.toString(), pem],
      ["THING", "secret secret secret", block("THING")],
    );
  });

  it("wraps at 64 columns, however the text is wrapped", () => {
    const body = GO_LEAF.split("\n").slice(1, -2).join("");
    assert.equal(readPem(block("CERTIFICATE", body), "CERTIFICATE", "x").pem, GO_LEAF);
  });

  it("accepts what every reader ignores, and omits it when writing", () => {
    const marks = GO_LEAF.split("\n");
    const certificates = {
      "a byte order mark": `\uFEFF${GO_LEAF}`,
      "blanks at the end of every line": GO_LEAF.replaceAll("\n", " \n"),
      "tabs and Windows line ends": GO_LEAF.replaceAll("\n", "\t\r\n"),
      "a blank after the begin": GO_LEAF.replace("-----\n", "----- \n"),
      "a blank after the end, and no line end": `${GO_LEAF.trimEnd()}  `,
      "a blank after a line": marks.with(2, `${marks[2] ?? ""} `).join("\n"),
    };
    for (const [name, text] of Object.entries(certificates))
      assert.equal(readPem(text, "CERTIFICATE", "x").pem, GO_LEAF, name);
    // Two concatenated files, each with a byte order mark.
    const bundle = readPemBundle(`\uFEFF${GO_LEAF}\uFEFF${GO_CA}`, "CERTIFICATE");
    assert.equal(bundle.map(({ pem }) => pem).join(""), GO_LEAF + GO_CA);
  });

  const errors: Record<string, readonly [text: string, message: string]> = {
    "an empty text": ["\n", "x is empty."],
    "no block": ["hello", "x holds no PEM block: it should begin with a line `-----BEGIN …-----`."],
    DER: [
      "0\u0082\u0001\u000a0\u0081",
      "x is binary (DER), not PEM: convert it with openssl, adding `-inform DER` to the command.",
    ],
    "another label": [block("CERTIFICATE"), "x: a CERTIFICATE block instead of a THING."],
    "a private key": [
      block("RSA PRIVATE KEY"),
      "x: an RSA PRIVATE KEY block instead of a THING. A private key stays with its owner: treat this one " +
        "as exposed and make a new one.",
    ],
    "a private key in front": [
      block("PRIVATE KEY") + block("THING"),
      "x: 2 blocks (PRIVATE KEY, THING) instead of a THING. A private key stays with its owner: treat this " +
        "one as exposed and make a new one.",
    ],
    "two blocks": [block("THING").repeat(2), "x: 2 THING blocks, expected exactly one."],
    "text in front": [
      `hello\n${block("THING")}`,
      "x: text outside the PEM block on line 1: keep only the lines from BEGIN to END, without indentation.",
    ],
    "no END": [
      block("THING").replace("-----END THING-----", ""),
      "x: a THING block without its END line: cut off or indented?",
    ],
    "another END": [
      block("THING").replace("END THING", "END OTHER"),
      "x: a THING block without its END line: cut off or indented?",
    ],
    "two BEGIN": [
      `-----BEGIN THING-----\n${block("THING")}`,
      "x: a THING block without its END line: cut off or indented?",
    ],
    "an empty block": [block("THING", ""), "x: line 2 is not base64."],
    "padding in the middle": [
      block("THING", "YQ==\nYQ=="),
      "x: a THING block with damaged base64: cut off?",
    ],
    "bits beyond the last byte": [
      block("THING", "YR=="),
      "x: a THING block with damaged base64: cut off?",
    ],
    "a lone carriage return": [block("THING", "YWFh\rYWFh"), "x: line 2 is not base64."],
    "a header": [block("THING", `Comment: ${SECRET}\n\n${SECRET}`), "x: line 2 is not base64."],
    "two characters instead of a line end": [
      block("THING").replaceAll("\n", "\\n"),
      "x has the two characters `\\n` where its lines should end: keep its line ends, in YAML by a block with `|`.",
    ],
    "one line": [
      block("THING").replaceAll("\n", " "),
      "x is folded into one line: keep its line ends, in YAML by a block with `|`, not with `>` or without any.",
    ],
    "base64 of PEM": [
      Buffer.from(block("THING")).toString("base64"),
      "x is base64 of PEM, as a Secret's data has it: decode it with `base64 -d`.",
    ],
    "base64 without its begin and end": [
      GO_LEAF.split("\n").slice(1, -2).join("\n"),
      "x is base64 without the lines `-----BEGIN …-----` and `-----END …-----` around it.",
    ],
    "quotation marks": [
      `"${block("THING").trimEnd()}"`,
      "x has quotation marks around it: remove them.",
    ],
    "UTF-16": [
      Buffer.from(block("THING"), "utf16le").toString(),
      "x is in UTF-16: save it as UTF-8.",
    ],
    indentation: [
      block("THING").replace(/^/gm, "  "),
      "x holds no PEM block: line 1 is indented by blanks: `-----BEGIN …-----` must begin its line.",
    ],
    "a tab before the begin": [
      `\t${block("THING")}`,
      "x holds no PEM block: line 1 is indented by a tab: `-----BEGIN …-----` must begin its line.",
    ],
    "a zero width space before the begin": [
      `\u200b${block("THING")}`,
      "x holds no PEM block: line 1 has U+200B (zero width space) at position 1, which does not belong to `-----BEGIN …-----`.",
    ],
    "four hyphens": [
      block("THING").replace("-----BEGIN", "----BEGIN"),
      "x holds no PEM block: line 1 has 4 hyphens before and 5 after: `-----BEGIN …-----` has five of each.",
    ],
    "an indented end": [
      block("THING").replace("-----END", "  -----END"),
      "x: a THING block without its END line: line 3 is indented by blanks: `-----END …-----` must begin its line.",
    ],
    "an indented line": [
      block("THING", `\t${SECRET}`),
      "x: line 2 is indented by a tab: remove it.",
    ],
    "a no-break space in a line": [
      block("THING", `YWJj\u00a0YWJj`),
      "x: line 2 is not base64: it has U+00A0 (no-break space) at position 5.",
    ],
    "too much text": [" ".repeat(65537), "x: longer than 64 KiB, so it is not what is expected."],
  };
  for (const [name, [text, message]] of Object.entries(errors))
    it(`refuses ${name} without quoting it`, () => {
      assert.throws(() => readPem(text, "THING", "x"), { name: "PemError", message });
      assert.ok(!message.includes(SECRET));
    });
});

describe("readPemBundle", () => {
  it("reads blocks in their order", () => {
    const blocks = readPemBundle(`${GO_LEAF}\n${GO_CA}`, "CERTIFICATE");
    assert.deepEqual(
      blocks.map(({ pem }) => pem),
      [GO_LEAF, GO_CA],
    );
  });

  it("refuses a bundle with anything else in it", () => {
    assert.throws(() => readPemBundle(GO_LEAF + GO_REQUEST, "CERTIFICATE"), {
      message: "the bundle: 2 blocks (CERTIFICATE, CERTIFICATE REQUEST) instead of a CERTIFICATE.",
    });
    assert.throws(() => readPemBundle("", "CERTIFICATE", "ca.crt"), {
      message: "ca.crt is empty.",
    });
    assert.throws(() => readPemBundle(`${GO_CA}# g1\n${GO_CA}`, "CERTIFICATE"), /line 13/);
  });
});

describe("toPem", () => {
  it("writes 64 columns and one line end at the end", () => {
    const pem = toPem("X", Buffer.alloc(49, 0));
    assert.equal(pem, `-----BEGIN X-----\n${"A".repeat(64)}\nAA==\n-----END X-----\n`);
  });
});
