import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  readCertificate,
  readJks,
  readPkcs12,
  writeJksKeyStore,
  writeJksTrustStore,
  writeKeyStore,
  writeTrustStore,
} from "../../x509";
import { CA, LEAF, issue, type Issued } from "./java/issue";
import {
  STORE_PASSWORD,
  askJava,
  environment,
  javaVersion,
  keytool,
  type Command,
} from "./java/stores";
import { P256, type KeyOptions } from "./openssl";
import { output, run } from "./process";

const HOST = "gate.spinnaker.example";
const ALGORITHMS: Readonly<Record<string, KeyOptions>> = {
  RSA: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
  EC: P256,
};

describe("The stores for Java", function () {
  this.timeout(300_000);
  let folder = "";
  before(() => void (folder = mkdtempSync(join(tmpdir(), "countersign-stores-"))));
  after(() => rmSync(folder, { recursive: true }));
  before(javaVersion);

  for (const [algorithm, key] of Object.entries(ALGORITHMS))
    describe(`with ${algorithm} keys`, () => {
      testStores((name) => join(folder, `${algorithm}-${name}`), algorithm, key);
    });
});

function testStores(file: (name: string) => string, algorithm: string, key: KeyOptions): void {
  let root: Issued;
  let server: Issued;

  /** Writes a file that only this user can read. */
  function write(name: string, content: Uint8Array): void {
    writeFileSync(file(name), content, { mode: 0o600 });
  }

  before(async () => {
    const make = (name: string, subject: string, ca: Issued | undefined, extensions: string[]) =>
      issue(file(name), key, { subject, extensions, ...(ca && { ca }) });
    root = await make("root", "/O=Test/CN=Root", undefined, CA);
    const middle = await make("middle", "/O=Test/CN=Middle", root, CA);
    server = await make("server", "/CN=server", middle, [...LEAF, `subjectAltName=DNS:${HOST}`]);
    const client = await make("client", "/CN=client", middle, LEAF);
    // Java shows a certificate only if the server names its CA, so the stranger's CA has the trusted one's name.
    const impostor = await make("impostor", "/O=Test/CN=Root", undefined, CA);
    const stranger = await make("stranger", "/CN=stranger", impostor, LEAF);
    const elsewhere = await make("elsewhere", "/O=Elsewhere/CN=Root", undefined, CA);
    const foreign = await make("foreign", "/CN=foreign", elsewhere, LEAF);
    for (const [alias, issued] of Object.entries({ server, client, stranger, foreign }))
      write(`${alias}.p12`, writeKeyStore({ alias, ...issued }, STORE_PASSWORD));
    const anchors = [
      { alias: "Old", certificatePem: elsewhere.certificatePem },
      { alias: "root", certificatePem: root.certificatePem },
    ];
    write("trust.p12", writeTrustStore(anchors.slice(1), STORE_PASSWORD));
    write("two.p12", writeTrustStore(anchors, STORE_PASSWORD));
    for (const [alias, issued] of Object.entries({ server, client }))
      write(`${alias}.jks`, writeJksKeyStore({ alias, ...issued }, STORE_PASSWORD));
    write("trust.jks", writeJksTrustStore(anchors.slice(1), STORE_PASSWORD));
    write("two.jks", writeJksTrustStore(anchors, STORE_PASSWORD));
  });

  it("can be read by OpenSSL", async () => {
    const profile = "PBES2, PBKDF2, AES-256-CBC, Iteration 10000, PRF hmacWithSHA256";
    const expected = {
      "server.p12": [
        "PKCS7 Data",
        `Shrouded Keybag: ${profile}`,
        `PKCS7 Encrypted data: ${profile}`,
      ],
      "two.p12": [`PKCS7 Encrypted data: ${profile}`],
    };
    for (const [name, parts] of Object.entries(expected)) {
      const lines = await opensslInfo(file(name));
      const head = ["MAC: sha256, Iteration 10000", "MAC length: 32, salt length: 20"];
      assert.deepEqual(lines, [...head, ...parts, "Certificate bag", "Certificate bag", ""]);
    }
  });

  for (const [format, type] of Object.entries({ p12: "PKCS12", jks: "JKS" }))
    it(`can be listed by keytool, as ${type}`, async () => {
      const list = (name: string) =>
        keytool("-list", "-v", "-keystore", file(`${name}.${format}`), "-storetype", type);
      const own = await list("server");
      assert.match(own, new RegExp(`^Keystore type: ${type}$`, "m"));
      assert.match(own, /^Alias name: server$/m);
      assert.match(own, /^Entry type: PrivateKeyEntry\nCertificate chain length: 2$/m);
      const trusted = await list("two");
      assert.match(trusted, /^Your keystore contains 2 entries$/m);
      assert.match(trusted, /^Alias name: old$[^]+^Alias name: root$/m);
      assert.equal(trusted.match(/^Entry type: trustedCertEntry$/gm)?.length, 2);
    });

  describe("in Java", () => {
    const expected = {
      keys: `server: ${algorithm} key, chain of CN=server, CN=Middle,O=Test`,
      anchors: "old: anchor CN=Root,O=Elsewhere; root: anchor CN=Root,O=Test",
      "keys in JKS": `server: ${algorithm} key, chain of CN=server, CN=Middle,O=Test`,
      "anchors in JKS": "old: anchor CN=Root,O=Elsewhere; root: anchor CN=Root,O=Test",
      "need, with JKS stores": "server: accepted CN=client; client: accepted CN=server",
      "want, with a certificate": "server: accepted CN=client; client: accepted CN=server",
      "want, without a certificate": "server: accepted nobody; client: accepted CN=server",
      "want, with a stranger's certificate":
        /^server: refused: .*PKIX path (validation|building) failed.*; client: refused: /,
      // The client sees that it has no certificate that this server would accept.
      "want, with a certificate from another CA":
        "server: accepted nobody; client: accepted CN=server",
      "need, with a certificate": "server: accepted CN=client; client: accepted CN=server",
      "need, without a certificate":
        /^server: refused: Empty client certificate chain; client: refused: /,
      "need, with a stranger's certificate":
        /^server: refused: .*PKIX path (validation|building) failed.*; client: refused: /,
      "need, with a certificate from another CA":
        /^server: refused: Empty client certificate chain; client: refused: /,
      "want, under another name":
        /^server: refused: .*; client: refused: No subject alternative DNS name matching other\.example found\.$/,
      "want, by a client that trusts another CA":
        /^server: refused: .*; client: refused: .*PKIX path (validation|building) failed/,
    } as const;
    let answers: Readonly<Record<keyof typeof expected, string>>;

    before(async () => {
      const serve = (
        mode: "want" | "need",
        client: string,
        host = HOST,
        trust = "trust",
      ): Command => [
        "handshake",
        mode,
        file("server.p12"),
        file("trust.p12"),
        client === "-" ? client : file(`${client}.p12`),
        file(`${trust}.p12`),
        host,
      ];
      const elsewhere = readFileSync(file("elsewhere.crt"), "utf8");
      const foreign = [{ alias: "other", certificatePem: elsewhere }];
      write("elsewhere.p12", writeTrustStore(foreign, STORE_PASSWORD));
      answers = await askJava({
        keys: ["list", file("server.p12")],
        anchors: ["list", file("two.p12")],
        "keys in JKS": ["list", file("server.jks")],
        "anchors in JKS": ["list", file("two.jks")],
        "need, with JKS stores": [
          "handshake",
          "need",
          file("server.jks"),
          file("trust.jks"),
          file("client.jks"),
          file("trust.jks"),
          HOST,
        ],
        "want, with a certificate": serve("want", "client"),
        "want, without a certificate": serve("want", "-"),
        "want, with a stranger's certificate": serve("want", "stranger"),
        "want, with a certificate from another CA": serve("want", "foreign"),
        "need, with a certificate": serve("need", "client"),
        "need, without a certificate": serve("need", "-"),
        "need, with a stranger's certificate": serve("need", "stranger"),
        "need, with a certificate from another CA": serve("need", "foreign"),
        "want, under another name": serve("want", "client", "other.example"),
        "want, by a client that trusts another CA": serve("want", "client", HOST, "elsewhere"),
      });
    });

    for (const [name, answer] of Object.entries(expected))
      it(name, () => {
        const found = answers[name as keyof typeof expected];
        if (typeof answer === "string") assert.equal(found, answer);
        else assert.match(found, answer);
      });
  });

  describe("of other tools can be read:", () => {
    it("keytool's key store", async () => {
      const store = file("keytool-keys.p12");
      const kind = algorithm === "RSA" ? ["-keysize", "2048"] : ["-groupname", "secp256r1"];
      const pair = ["-genkeypair", "-alias", "Gate", "-dname", "CN=gate", "-keyalg", algorithm];
      await keytool(...pair, ...kind, "-storetype", "PKCS12", "-keystore", store);
      const { keys, trusted, others } = readPkcs12(readFileSync(store), STORE_PASSWORD);
      assert.deepEqual([keys.length, trusted, others], [1, [], []]);
      assert.equal(keys[0]?.alias, "gate");
      const certificate = await keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "gate",
        "-keystore",
        store,
      );
      assert.equal(keys[0].chainPem, certificate.replaceAll("\r\n", "\n"));
    });

    it("keytool's trust store", async () => {
      const store = file("keytool-trust.p12");
      for (const name of ["root", "middle"])
        await keytool(
          ...["-importcert", "-noprompt", "-alias", name, "-file", file(`${name}.crt`)],
          ...["-storetype", "PKCS12", "-keystore", store],
        );
      const { keys, trusted, others } = readPkcs12(readFileSync(store), STORE_PASSWORD);
      assert.deepEqual([keys, others], [[], []]);
      assert.deepEqual(
        new Map(trusted.map(({ alias, certificatePem }) => [alias, certificatePem])),
        new Map(
          ["root", "middle"].map((name) => [name, readFileSync(file(`${name}.crt`), "utf8")]),
        ),
      );
    });

    it("keytool's JKS store, with a key and with a trust anchor", async () => {
      const store = file("keytool.jks");
      const into = ["-destkeystore", store, "-deststoretype", "JKS"];
      const from = ["-srckeystore", file("server.p12"), "-srcstorepass:env", "STORE_PASSWORD"];
      const password = ["-deststorepass:env", "STORE_PASSWORD"];
      await output("keytool", ["-importkeystore", "-noprompt", ...from, ...into, ...password], {
        env: environment,
      });
      const anchor = ["-noprompt", "-alias", "root", "-file", file("root.crt")];
      await keytool("-importcert", ...anchor, "-storetype", "JKS", "-keystore", store);
      const { alias, privateKeyPem, chainPem } = { alias: "server", ...server };
      assert.deepEqual(readJks(readFileSync(store), STORE_PASSWORD), {
        keys: [{ alias, privateKeyPem, chainPem }],
        trusted: [{ alias: "root", certificatePem: readCertificate(root.certificatePem).pem }],
        others: [],
      });
    });

    const forms = {
      "with its defaults": [],
      "with its old algorithms": [
        "-keypbe",
        "PBE-SHA1-3DES",
        "-certpbe",
        "PBE-SHA1-3DES",
        "-macalg",
        "sha1",
      ],
      "with unencrypted certificates": ["-certpbe", "NONE"],
    };
    for (const [form, options] of Object.entries(forms))
      it(`OpenSSL's, ${form}`, async () => {
        const store = file("openssl.p12");
        const chain = ["-inkey", `${server.path}.key`, "-in", `${server.path}.crt`];
        const cas = ["-certfile", file("middle.crt"), "-name", "gate"];
        await output(
          "openssl",
          [
            "pkcs12",
            "-export",
            ...chain,
            ...cas,
            ...options,
            "-out",
            store,
            "-passout",
            "env:STORE_PASSWORD",
          ],
          { env: environment },
        );
        assert.deepEqual(readPkcs12(readFileSync(store), STORE_PASSWORD), {
          keys: [
            {
              alias: "gate",
              privateKeyPem: server.privateKeyPem,
              chainPem: server.chainPem,
            },
          ],
          trusted: [],
          others: [],
        });
      });
  });
}

/** Returns OpenSSL's description of a store. It is printed on standard error, while the content is not printed. */
async function opensslInfo(store: string): Promise<string[]> {
  const args = ["pkcs12", "-in", store, "-info", "-noout", "-passin", "env:STORE_PASSWORD"];
  const { status, stderr } = await run("openssl", args, { env: environment });
  assert.equal(status, 0, stderr);
  return stderr.split("\n");
}
