import assert from "node:assert/strict";
import { isSecret, secret } from "@pulumi/pulumi";
import { KeyStoreSecret, TrustStoreSecret, storePassword } from "../../../components/kubernetes";
import { readPkcs12, writeKeyStore, writeTrustStore } from "../../../x509";
import { makeCa, makeLeaf } from "../../unit/x509/make-certificate";
import { keys } from "../../unit/x509/make-keys";
import { runProgram, type Run } from "../mock-engine";
import { find } from "../tree";
import { valueOf } from "../value-of";
import { reveal, unknown, visible } from "../wire";

const PASSWORD = "correct horse 12!";
const KEY = keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const LEAF = makeLeaf();
const CA = makeCa();
const OTHER_CA = makeCa({ subject: [["CN", "Other CA"]] });

/** Inputs of the Secret, with its data decoded. */
function secretOf({ resources }: Run<unknown>) {
  const { type, inputs } = find(resources, "orca");
  const { data, ...rest } = reveal(inputs) as { data: Record<string, string> };
  const decoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text, "base64")]);
  return {
    type,
    rest,
    data: Object.fromEntries(decoded) as Record<"keystore.p12" | "truststore.p12", Buffer>,
  };
}

const keyStore = () =>
  new KeyStoreSecret("orca", {
    namespace: "spinnaker",
    alias: "Orca",
    certificatePem: LEAF,
    privateKeyPem: secret(KEY),
    password: secret(PASSWORD),
  });

describe("KeyStoreSecret", () => {
  it("is a Secret with a name from Pulumi, with the store and its password without a line break", async () => {
    const { type, rest, data } = secretOf(await runProgram(keyStore));
    assert.equal(type, "kubernetes:core/v1:Secret");
    assert.deepEqual(rest, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { namespace: "spinnaker" },
    });
    assert.deepEqual(data, {
      "keystore.p12": writeKeyStore(
        { alias: "orca", privateKeyPem: KEY, chainPem: LEAF },
        PASSWORD,
      ),
      password: Buffer.from(PASSWORD),
    });
  });

  it("reveals nothing but its name", async () => {
    const { resources, value } = await runProgram(keyStore);
    assert.equal((visible(find(resources, "orca").inputs) as { data: unknown }).data, "[secret]");
    assert.ok(value);
    assert.equal(await isSecret(value.metadata.name), false);
    assert.equal(await valueOf(value.metadata.name), "orca-0a1b2c3d");
  });

  it("reports what is wrong with its inputs", async () => {
    const { errors } = await runProgram(
      () =>
        new KeyStoreSecret("orca", {
          namespace: "spinnaker",
          alias: "orca",
          certificatePem: CA,
          privateKeyPem: KEY,
          password: PASSWORD,
        }),
    );
    assert.deepEqual(errors, [
      "The private key does not belong to the first certificate of the chain: the key's own certificate comes first, then the CA that issued it.",
    ]);
  });
});

describe("TrustStoreSecret", () => {
  const trustStore = (certificates: Record<string, string>) =>
    runProgram(
      () =>
        new TrustStoreSecret("orca", {
          namespace: "spinnaker",
          certificates,
          password: secret(PASSWORD),
        }),
    );

  it("has the certificates as a store and as PEM, in the order of their aliases", async () => {
    const { rest, data } = secretOf(await trustStore({ g2: CA.trimEnd(), g1: OTHER_CA }));
    assert.deepEqual(rest, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { namespace: "spinnaker" },
    });
    const content = [
      { alias: "g1", certificatePem: OTHER_CA },
      { alias: "g2", certificatePem: CA },
    ];
    assert.deepEqual(data, {
      "truststore.p12": writeTrustStore(content, PASSWORD),
      "ca.pem": Buffer.from(OTHER_CA + CA),
      password: Buffer.from(PASSWORD),
    });
    const { trusted, keys: found, others } = readPkcs12(data["truststore.p12"], PASSWORD);
    assert.deepEqual(trusted, content);
    assert.deepEqual([found, others], [[], []]);
  });

  it("is the same in whatever form its certificates are written", async () => {
    const one = secretOf(await trustStore({ g1: OTHER_CA, g2: `${CA}\n` }));
    const other = secretOf(await trustStore({ g2: CA, g1: OTHER_CA }));
    assert.deepEqual(one, other);
  });

  it("does not reveal its content", async () => {
    const { resources } = await trustStore({ g1: CA });
    assert.equal((visible(find(resources, "orca").inputs) as { data: unknown }).data, "[secret]");
  });

  it("is not created without a certificate", async () => {
    const { errors } = await trustStore({});
    assert.deepEqual(errors, [
      "A trust store without a certificate: Java refuses to start with a trust store that is empty.",
    ]);
  });
});

describe("a store's password", () => {
  it("is the given one, a secret, and needs no resource", async () => {
    const { resources, value } = await runProgram(() => storePassword("orca-password", PASSWORD));
    assert.ok(value);
    assert.equal(await valueOf(value), PASSWORD);
    assert.equal(await isSecret(value), true);
    assert.deepEqual(resources, []);
  });

  it("is generated from 32 letters and digits if none is given", async () => {
    const { resources, value } = await runProgram(() => storePassword("orca-password", undefined));
    assert.ok(value);
    assert.equal(await valueOf(value), "generated-password");
    assert.equal(await isSecret(value), true);
    assert.deepEqual(reveal(find(resources, "orca-password", "RandomPassword").inputs), {
      length: 32,
      special: false,
    });
  });

  it("is unknown at preview until it is generated, and so are the stores", async () => {
    const program = () =>
      new TrustStoreSecret("orca", {
        namespace: "spinnaker",
        certificates: { g1: CA },
        password: storePassword("orca-password", undefined),
      });
    const { resources, errors } = await runProgram(program, { preview: true });
    assert.deepEqual(errors, []);
    const { data } = reveal(find(resources, "orca").inputs) as { data: unknown };
    assert.equal(data, unknown);
  });
});
