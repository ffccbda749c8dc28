import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeText, readPem } from "../../../x509";
import { anyText } from "../any-text";
import { GO_LEAF } from "./vectors";

const withMark = (text: string) => Buffer.from(`\uFEFF${text}`);
const littleEndian = (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le");
const bigEndian = (text: string) => littleEndian(text).swap16();

describe("decodeText", () => {
  it("reads UTF-8 with or without a mark, and UTF-16 in both orders, as Windows writes them", () => {
    fc.assert(
      fc.property(anyText(40), (text) => {
        fc.pre(!text.startsWith("\uFEFF"));
        for (const bytes of [
          Buffer.from(text),
          withMark(text),
          littleEndian(text),
          bigEndian(text),
        ])
          assert.equal(decodeText(bytes), text);
      }),
    );
  });

  it("decodes any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        assert.equal(typeof decodeText(bytes), "string");
      }),
    );
  });

  it("reads a certificate that PowerShell redirected, with its line ends", () => {
    const pem = GO_LEAF.replaceAll("\n", "\r\n");
    for (const bytes of [withMark(pem), littleEndian(pem), bigEndian(pem)])
      assert.equal(readPem(decodeText(bytes), "CERTIFICATE", "x").pem, GO_LEAF);
  });
});
