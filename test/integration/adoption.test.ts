import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readCertificate } from "../../x509";
import { makeCa } from "../unit/x509/make-certificate";
import { keys } from "../unit/x509/make-keys";
import { assertAccepted, deployedTrust, type DeployedTrust } from "./deployed-trust";
import { consortium } from "./example";
import { TestStack, type Update } from "./stack";

const PREFIX = "adoption";
const caKey = keys("p384").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const caCertificate = makeCa({ notAfter: "2100-01-01T00:00:00Z" });

describe("an existing CA", function () {
  this.timeout(900_000);
  let stack: TestStack;
  let update: Update;
  let held: DeployedTrust;

  before(async () => {
    const given = { state: "signing", certificate: caCertificate.replaceAll("\n", "\r\n") };
    stack = await TestStack.create(PREFIX, withGenerations({ given, own: { state: "trusted" } }));
    await stack.setSecret("authority.generations.given.key", caKey);
    update = await stack.up();
    held = await deployedTrust(PREFIX);
  });

  it("signs the certificates", () => {
    assertAccepted(PREFIX, held, held);
    const { fingerprint, subjectKeyId } = readCertificate(caCertificate);
    assert.equal(update.outputs.certificates.authority.given?.fingerprint, fingerprint);
    assert.equal(held.server.authorityKeyId, subjectKeyId);
    assert.equal(held.client.authorityKeyId, subjectKeyId);
  });

  it("is not created again", () => {
    const made = update.changes.filter((change) => change.includes("SelfSignedCert"));
    assert.deepEqual(made, ["create SelfSignedCert ca-own"]);
  });

  it("has its key unencrypted neither in the configuration nor in the state", async () => {
    const config = readFileSync(join(stack.directory, `Pulumi.${PREFIX}.yaml`), "utf8");
    assert.match(config, /key:\s+secure: /);
    const written = config + JSON.stringify(await stack.state());
    for (const line of caKey.split("\n").slice(1, -2)) assert.ok(!written.includes(line));
  });

  it("leaves nothing to do", async () => {
    await stack.assertSettled();
  });

  it("is never replaced under its name by another certificate, or by one that the stack creates", async () => {
    const own = { state: "trusted" };
    const other = makeCa({ notAfter: "2101-01-01T00:00:00Z" });
    const signing = { state: "signing", algorithm: "ECDSA-P384" };
    const changes = [
      [
        { state: "signing", certificate: other },
        own,
        /"given" is .* has another certificate, of the same key/,
      ],
      [signing, own, /"given" is .*, which was imported, and is never changed in place/],
      [
        { state: "signing", certificate: caCertificate },
        { state: "trusted", certificate: other },
        /"own" is .* has another certificate: /,
      ],
    ] as const;
    for (const [given, changed, expected] of changes) {
      await stack.configure(withGenerations({ given, own: changed }));
      if ("certificate" in given) await stack.setSecret("authority.generations.given.key", caKey);
      const { failed, text } = await stack.run(["preview"]);
      assert.ok(failed, text);
      assert.match(text, expected);
    }
    const given = { state: "signing", certificate: `\n${caCertificate}\n` };
    await stack.configure(withGenerations({ given, own }));
    await stack.setSecret("authority.generations.given.key", caKey);
    await stack.assertSettled();
  });

  it("can hand over to a generation that the stack creates, and its key is not needed afterwards", async () => {
    const heldBefore = held;
    const given = { state: "trusted", certificate: caCertificate };
    await stack.configure(withGenerations({ given, own: { state: "signing" } }));
    await stack.up();
    held = await deployedTrust(PREFIX);
    assertAccepted(PREFIX, held, heldBefore);
    assertAccepted(PREFIX, heldBefore, held);
    const own = held.clientTrusts.find(({ keyAlgorithm }) => keyAlgorithm === "ECDSA-P256");
    assert.equal(held.server.authorityKeyId, own?.subjectKeyId);
    await stack.assertSettled();
  });
});

function withGenerations(generations: Record<string, object>) {
  const example = consortium(PREFIX, ["MyOrg1MSP"]);
  return { ...example, authority: { ...example.authority, generations } };
}
