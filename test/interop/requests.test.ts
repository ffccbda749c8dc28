import assert from "node:assert/strict";
import { keys } from "../unit/x509/make-keys";
import { writeRequest } from "../unit/x509/written-request";
import { output, run } from "./process";

/** Kinds of keys, with OpenSSL's name of the request's signature algorithm. */
const KINDS = {
  rsa2048: "sha256WithRSAEncryption",
  p256: "ecdsa-with-SHA256",
  p384: "ecdsa-with-SHA384",
  p521: "ecdsa-with-SHA512",
  ed25519: "ED25519",
} as const;

describe("OpenSSL reads the certificate requests that the program writes", () => {
  const read = (request: string, ...args: string[]) =>
    output("openssl", ["req", "-noout", ...args], { input: request });

  for (const [kind, algorithm] of Object.entries(KINDS) as [keyof typeof KINDS, string][])
    it(`with a key of kind ${kind}: its signature, its key, its subject and its names`, async () => {
      const request = writeRequest(kind);
      const { status, stderr } = await run("openssl", ["req", "-verify", "-noout"], {
        input: request,
      });
      assert.equal(status, 0, stderr);
      assert.match(stderr, /^Certificate request self-signature verify OK$/m);
      assert.equal(
        await read(request, "-pubkey"),
        keys(kind).publicKey.export({ type: "spki", format: "pem" }),
      );
      const subject = await read(request, "-subject", "-nameopt", "RFC2253,utf8,-esc_msb");
      assert.equal(subject, "subject=CN=Backend of Société 1,O=MyOrg1MSP\n");
      const text = await read(request, "-text");
      assert.ok(text.includes(`Signature Algorithm: ${algorithm}\n`), text);
      assert.ok(text.includes("Version: 1 (0x0)\n"), text);
      const names = /X509v3 Subject Alternative Name: *\n +(.*)\n/.exec(text)?.[1];
      assert.equal(
        names,
        "DNS:org-1.example, DNS:*.org-1.example, IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1, URI:spiffe://org-1.example/backend",
      );
    });

  it("without names", async () => {
    const text = await read(
      writeRequest("p256", { dnsNames: [], ipAddresses: [], uris: [] }),
      "-verify",
      "-text",
    );
    assert.match(text, /^ +Attributes:\n +\(none\)$/m);
    assert.doesNotMatch(text, /X509v3/);
  });

  it("and finds a change in one", async () => {
    const der = Buffer.from(writeRequest("p256").replace(/-----.*-----/g, ""), "base64");
    const at = der.indexOf("MyOrg1MSP");
    der.write("MyOrg2MSP", at);
    const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE REQUEST-----\n`;
    const { stderr } = await run("openssl", ["req", "-verify", "-noout"], { input: pem });
    assert.match(stderr, /Certificate request self-signature verify failure/);
  });
});
