import { toPem } from "../../../x509";
import { bad, type BadRequest } from "./bad-request";
import { makeLeaf } from "./make-certificate";
import { keys } from "./make-keys";
import { makeRequest, makeRequestDer } from "./make-request";

/** Texts that are not one request, or a request whose bytes parsers read in different ways. */
export const BAD_TEXTS: readonly BadRequest[] = [
  text("empty text", () => ""),
  text("text without a block", () => "see attachment"),
  text("DER instead of PEM", () => makeRequestDer().toString("utf8")),
  text("two requests", () => makeRequest() + makeRequest()),
  text("certificate instead of a request", () => makeLeaf()),
  text("request and certificate", () => makeRequest() + makeLeaf()),
  text("private key in front", () => privateKey() + makeRequest()),
  text("private key alone", privateKey),
  text(
    "text in front, as `openssl req -text` writes",
    () => `Certificate Request:\n${makeRequest()}`,
  ),
  text("text after", () => `${makeRequest()}thanks!\n`),
  text("keytool's old label", () =>
    makeRequest().replaceAll("CERTIFICATE REQ", "NEW CERTIFICATE REQ"),
  ),
  text("headers", () => makeRequest().replace("\n", "\nComment: hello\n\n")),
  text("indented", () => makeRequest().replaceAll("\n", "\n  ")),
  text("cut off at the end", () => makeRequest().slice(0, 200)),
  text("a line lost from the middle, the END kept", () => withoutCharacters(makeRequest(), 70, 3)),
  text("base64 with a space", () => withoutCharacters(makeRequest(), 70, 1, " ")),
  text("base64 of the URL alphabet", () => withoutCharacters(makeRequest(), 70, 1, "_")),
  text("longer than 64 KiB", () => makeRequest() + "\n".repeat(64 * 1024)),
  der("empty SEQUENCE", () => Buffer.of(0x30, 0)),
  der("trailing byte", () => Buffer.concat([makeRequestDer(), Buffer.of(0)])),
  der("second request after", () => Buffer.concat([makeRequestDer(), makeRequestDer()])),
  der("cut off", () => makeRequestDer().subarray(0, -1)),
  der("a certificate under the wrong label", () =>
    Buffer.from(makeLeaf().replace(/-----.*-----/g, ""), "base64"),
  ),
  der("length in more bytes than needed", () => {
    const [, , length = 0, ...rest] = makeRequestDer();
    return Buffer.of(0x30, 0x82, 0, length, ...rest);
  }),
  der("indefinite length", () =>
    Buffer.concat([Buffer.of(0x30, 0x80), makeRequestDer().subarray(3), Buffer.of(0, 0)]),
  ),
  der("version in more bytes than needed", () => edited(/020100(?=30)/, "02020000", { wider: 1 })),
  der("unused bits in the signature", () => edited(/03(..)0030(?=44|45|46)/, "03$10130")),
  der("one element more than in the schema", () => edited(/^(3081..)/, "$10500", { wider: 2 })),
  der("nested 5000 deep", () => Buffer.concat(Array<Buffer>(5000).fill(Buffer.of(0x30, 0x80)))),
  der("a length of 4 GiB", () => Buffer.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff)),
  der("O in invalid UTF-8", () => edited(/4d794f7267314d5350/, "4d794f72c3284d5350")),
  der("O in overlong UTF-8", () => edited(/4d794f7267314d5350/, "c18d4f7267314d5350")),
];

function text(name: string, make: () => string): BadRequest {
  return bad(name, ["pem"], make);
}

function der(name: string, make: () => Buffer): BadRequest {
  return bad(name, ["malformed"], () => toPem("CERTIFICATE REQUEST", make()));
}

function privateKey(): string {
  return keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function withoutCharacters(pem: string, start: number, count: number, instead = ""): string {
  return pem.slice(0, start) + instead + pem.slice(start + count);
}

/** A good request with its hex edited. `wider` is the number of bytes that it grows by, for the outer length. */
function edited(pattern: RegExp, replacement: string, { wider = 0 } = {}): Buffer {
  const hex = makeRequestDer().toString("hex");
  const changed = hex.replace(pattern, replacement);
  if (changed === hex) throw new Error(`nothing matches ${pattern.source}`);
  const bytes = Buffer.from(changed, "hex");
  bytes[2] = (bytes[2] ?? 0) + wider;
  return bytes;
}
