import assert from "node:assert/strict";
import { sha256Of } from "../../components/choreo/plan";
import { CertificateAuthority, type ExistingGeneration } from "../../components/pki";
import type { Facts } from "../../facts";
import { readCertificates } from "../../x509";
import { makeCa } from "../unit/x509/make-certificate";
import { keys } from "../unit/x509/make-keys";
import { makeCaBelow, makePolicyCa, makeRoot } from "../unit/x509/make-path";
import { shop } from "./choreo/make-project";
import { runProgram, type Run } from "./mock-engine";
import { storeOf } from "./spinnaker/parts";
import { SECTIONS, runStack } from "./run-stack";
import { find } from "./tree";
import { valueOf } from "./value-of";
import { reveal } from "./wire";

const [CA, POLICY, ROOT] = [makeCaBelow("Policy CA"), makePolicyCa(), makeRoot()];
const KEY = keys("p384").privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** Names of the certificates in a bundle or a chain. */
const namesIn = (pem: string) => readCertificates(pem).map(({ subject }) => subject.text);

function contentOf({ resources }: Run<unknown>, name: string): Readonly<Record<string, string>> {
  const { stringData } = reveal(find(resources, name, "v1:Secret").inputs) as {
    stringData: Record<string, string>;
  };
  return stringData;
}

describe("the certificates of a CA below a root", () => {
  let run: Run<unknown>;
  let outputs: Readonly<Record<string, unknown>>;

  before(async () => {
    const company = { state: "signing", certificate: CA, chain: ROOT + POLICY, key: KEY };
    const up = await runStack({
      ...SECTIONS,
      ...shop(),
      authority: { subject: { commonName: "not used" }, generations: { company } },
      spinnaker: { phase: "tls", services: { orca: {}, dinghy: {} }, target: { operator: {} } },
    });
    assert.deepEqual(up.errors, []);
    run = up;
    outputs = reveal(up.outputs.get(find(up.resources, "countersign-test").urn)) as typeof outputs;
  });

  it("are only the CA, for consumers that end a chain at any CA", () => {
    assert.equal(outputs.caBundle, CA);
    assert.deepEqual(namesIn(contentOf(run, "orchestrator-ca-bundle")["ca.crt"] ?? ""), [
      "CN=Test CA",
    ]);
  });

  it("are all up to the root, for components of Choreo, which may be written in Node.js or Python", () => {
    assert.equal(outputs.caBundleToRoot, CA + POLICY + ROOT);
    const { components } = outputs.choreo as {
      components: Record<string, { plan: { holds: string; sha256: string }[] }>;
    };
    const row = components.web?.plan.find(({ holds }) => holds === "ca");
    assert.equal(row?.sha256, sha256Of(CA + POLICY + ROOT));
  });

  it("are stated for the report", () => {
    const { authority } = find(run.resources, "ca").inputs as Facts;
    assert.deepEqual(authority?.generations.company?.above, [POLICY, ROOT]);
  });

  it("are sent by servers with their certificates, without the root", () => {
    const sent = namesIn(contentOf(run, "orchestrator-server-pair")["tls.crt"] ?? "");
    assert.deepEqual(sent.slice(1), ["CN=Test CA", "CN=Policy CA"]);
    const [orca] = storeOf(run, "spinnaker-orca-keys").keys;
    assert.deepEqual(namesIn(orca?.chainPem ?? "").slice(1), ["CN=Test CA", "CN=Policy CA"]);
    // Services in Go send only the first certificate of their file.
    assert.equal(namesIn(contentOf(run, "spinnaker-dinghy-keys")["tls.crt"] ?? "").length, 1);
  });
});

describe("the bundle of a CA", () => {
  const existing = (certificate: string, chain?: string[]): ExistingGeneration => ({
    ...{ kind: "existing", state: "trusted", certificate },
    ...(chain && { chain }),
  });
  const bundles = async (generations: Readonly<Record<string, ExistingGeneration>>) => {
    const subject = { commonName: "not used" };
    const { value, errors } = await runProgram(
      () => new CertificateAuthority("ca", { subject, generations }),
    );
    return {
      errors,
      bundle: value && (await valueOf(value.bundlePem)),
      toRoot: value && (await valueOf(value.bundleToRootPem)),
    };
  };
  const own = { keys: keys("p256"), signer: keys("p256"), subjectKeyId: "0d" };
  const signing: ExistingGeneration = {
    ...existing(makeCa({ ...own, subject: [["CN", "Own"]], issuer: [["CN", "Own"]] })),
    state: "signing",
    key: keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };

  it("has, of several certificates of one CA, the one that expires last first, as BoringSSL considers only the first", async () => {
    const [short, long] = [makeCa(), makeCa({ notAfter: "2040-01-01T00:00:00Z" })];
    const between = makeRoot();
    const { bundle } = await bundles({
      ...{ a: existing(short), b: existing(between), c: existing(long) },
      z: signing,
    });
    assert.equal(bundle, signing.certificate + long + between + short);
  });

  it("has a CA above several generations once, even if it is a generation itself", async () => {
    const { toRoot, bundle } = await bundles({
      ...{ a: existing(CA, [POLICY, ROOT]), b: existing(ROOT), c: existing(POLICY, [ROOT]) },
      z: signing,
    });
    assert.equal(bundle, signing.certificate + CA + ROOT + POLICY);
    assert.equal(toRoot, bundle);
  });

  it("is not created for a CA whose issuer is unknown", async () => {
    const { errors } = await bundles({ a: existing(CA, [POLICY]), z: signing });
    assert.deepEqual(errors, [
      'CA generation "a": CN=Policy CA is issued by CN=Root, which was not given.',
    ]);
  });
});
