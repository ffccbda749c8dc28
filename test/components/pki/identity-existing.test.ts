import assert from "node:assert/strict";
import { isSecret } from "@pulumi/pulumi";
import { Identity } from "../../../components/pki";
import { publicKeyFingerprint, readCertificateRequest } from "../../../x509";
import { keys } from "../../unit/x509/make-keys";
import { PUBLISHED_KEY_PEM, PUBLISHED_NAME } from "../../unit/x509/make-published";
import { makeDnsNames } from "../../unit/x509/make-names";
import { makeRequest } from "../../unit/x509/make-request";
import { runProgram } from "../mock-engine";
import { find, treeOf } from "../tree";
import { valueOf } from "../value-of";

const program = (existingKeyPem: string, known?: readonly string[]) => () =>
  new Identity("org-1-client", {
    organization: "MyOrg1MSP",
    commonName: "substra.org-1.example",
    existingKeyPem,
    known,
  });

describe("Identity with an existing key", () => {
  for (const [type, name] of [
    ["pkcs1", "rsa2048"],
    ["sec1", "p256"],
    ["pkcs8", "p256"],
    ["pkcs8", "ed25519"],
  ] as const)
    it(`accepts ${name} as ${type} and returns it as PKCS#8, secret`, async () => {
      const { privateKey, publicKey } = keys(name);
      const given = privateKey.export({ type, format: "pem" }).toString();
      const { value, resources, errors } = await runProgram(program(given));
      assert.ok(value);
      assert.deepEqual(errors, []);
      assert.deepEqual(treeOf(resources), ["countersign:pki:Identity org-1-client"]);
      const pkcs8 = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
      assert.equal(await valueOf(value.privateKeyPem), pkcs8);
      assert.equal(await isSecret(value.privateKeyPem), true);
      const request = await valueOf(value.requestPem);
      const read = readCertificateRequest(request);
      assert.equal(read.publicKeyFingerprint, publicKeyFingerprint(publicKey));
      assert.equal(read.subject.text, "O=MyOrg1MSP, CN=substra.org-1.example");
    });

  it("accepts it with Windows line ends", async () => {
    const pkcs8 = keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const { value } = await runProgram(program(pkcs8.replaceAll("\n", "\r\n")));
    assert.ok(value);
    assert.equal(await valueOf(value.privateKeyPem), pkcs8);
  });

  it("passes it on only as a secret, and neither to its inputs nor to its own outputs", async () => {
    const given = keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const { value, resources, outputs } = await runProgram(program(given));
    assert.ok(value);
    assert.equal(await isSecret(value.privateKeyPem), true);
    assert.equal(await isSecret(value.requestPem), false);
    const { urn, inputs } = find(resources, "org-1-client");
    assert.deepEqual(inputs, {});
    assert.deepEqual(outputs.get(urn), { requestPem: await valueOf(value.requestPem) });
  });

  it("takes a known request that says the same, whoever wrote it, and no other", async () => {
    const given = keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const request = async (...known: string[]) => {
      const { value } = await runProgram(program(given, known));
      assert.ok(value);
      return valueOf(value.requestPem);
    };
    const own = await request();
    assert.equal(await request(), own);
    const subject = [
      ["O", "MyOrg1MSP"],
      ["CN", "substra.org-1.example"],
    ] as const;
    const same = makeRequest({ subject, keys: keys("p256") });
    assert.notEqual(same, own);
    const others = [
      makeRequest({ subject: subject.slice(0, 1), keys: keys("p256") }),
      makeRequest({ subject, keys: keys("otherP256") }),
      makeRequest({ subject, keys: keys("p256"), extensions: [makeDnsNames("org-1.example")] }),
    ];
    assert.equal(await request(...others, same), same);
    assert.equal(await request(...others), own);
    assert.equal(await request(same, own), own);
  });

  it("refuses a published one", async () => {
    const { errors } = await runProgram(program(PUBLISHED_KEY_PEM));
    assert.deepEqual(errors, [`the given key is ${PUBLISHED_NAME}: everybody has it`]);
  });

  it("does not quote text that is not a key", async () => {
    const { errors } = await runProgram(program("-----BEGIN PRIVATE KEY-----\nMARKER"));
    assert.deepEqual(errors, [
      "the given key: a PRIVATE KEY block without its END line: cut off or indented?",
    ]);
  });
});

describe("Identity with keepKey", () => {
  const ignored = async (keepKey?: boolean) => {
    const { resources } = await runProgram(
      () =>
        new Identity("org-1-client", {
          organization: "MyOrg1MSP",
          commonName: "substra.org-1.example",
          ...(keepKey !== undefined && { keepKey }),
        }),
      { preview: true },
    );
    return find(resources, "org-1-client-key").ignoreChanges;
  };

  it("ignores every later change of the algorithm", async () => {
    assert.deepEqual(await ignored(true), ["algorithm", "ecdsaCurve", "rsaBits"]);
  });

  it("is not the default", async () => {
    assert.deepEqual(await ignored(), []);
    assert.deepEqual(await ignored(false), []);
  });
});
