import assert from "node:assert/strict";
import { isSecret } from "@pulumi/pulumi";
import { Enrollment, type EnrollmentArgs } from "../../../components/enrollment";
import type { Accepted } from "../../../enrollment/admission";
import { expectedOf, type SubstraAdmission } from "../../../systems/substra/admission";
import { readCertificate, readCertificateRequest } from "../../../x509";
import { makeCa, makeLeaf } from "../../unit/x509/make-certificate";
import { keys } from "../../unit/x509/make-keys";
import { runProgram, type EngineOptions, type Run } from "../mock-engine";
import { EXISTING_KEY } from "../pki/existing";
import { find, treeOf } from "../tree";
import { valueOf } from "../value-of";
import { reveal } from "../wire";

const OLD_CA = makeCa({ subjectKeyId: "01" });
const NEW_CA = makeCa();
const CERTIFICATE = makeLeaf();
const generation = (name: string, pem: string) => ({ name, certificate: readCertificate(pem) });

/** An admission for the imported key. Two of its three generations are trusted, and g2 signs. */
const ACCEPTED: Accepted<SubstraAdmission> = {
  key: "existing",
  trusted: [generation("g1", OLD_CA), generation("g2", NEW_CA)],
  warnings: [],
  setbacks: [],
  admission: {
    mspId: "MyOrg1MSP",
    certificate: CERTIFICATE,
    authorities: {
      g1: { state: "trusted", certificate: OLD_CA },
      g2: { state: "signing", certificate: NEW_CA },
      g3: { state: "trusted", certificate: makeCa({ subjectKeyId: "03" }) },
    },
    channels: ["mychannel"],
    orchestrator: {
      internal: { host: "orchestrator.svc", port: 9000 },
      dnsNames: ["orchestrator.svc"],
      chart: { name: "orchestrator", version: "8.8.0" },
    },
  },
};

const MEMBER: EnrollmentArgs["member"] = {
  ...expectedOf("MyOrg1MSP"),
  keys: { names: ["existing", "k2"], algorithm: "ECDSA-P256", existing: EXISTING_KEY },
  trust: { fingerprints: [], firstUse: true },
};

function enrollment(args: Partial<EnrollmentArgs> = {}, options: EngineOptions = {}) {
  return runProgram(
    () =>
      new Enrollment("org-1", {
        member: MEMBER,
        names: { commonName: "substra.org-1.example" },
        memory: { requests: {} },
        ...args,
      }),
    options,
  );
}

function registered(run: Run<Enrollment>): Record<string, unknown> {
  const { urn } = find(run.resources, "org-1");
  return reveal(run.outputs.get(urn)) as Record<string, unknown>;
}

describe("Enrollment", () => {
  it("has every key that is not given, under its name, and nothing else", async () => {
    for (const preview of [true, false]) {
      const { resources, errors } = await enrollment({}, { preview });
      assert.deepEqual(errors, []);
      assert.deepEqual(treeOf(resources), [
        "countersign:enrollment:Enrollment org-1",
        "  tls:index/privateKey:PrivateKey org-1-k2-key",
      ]);
    }
  });

  it("requests a certificate with the last key, in the organization's name", async () => {
    const run = await enrollment();
    assert.ok(run.value);
    const request = await valueOf(run.value.requestPem);
    const { requests } = registered(run) as { requests: Record<string, string> };
    assert.deepEqual(Object.keys(requests).sort(), ["existing", "k2"]);
    assert.equal(request, requests.k2);
    const { subject } = readCertificateRequest(request);
    assert.equal(subject.text, "O=MyOrg1MSP, CN=substra.org-1.example");
  });

  it("has nothing to deploy before an admission is accepted, and remembers only its requests", async () => {
    const run = await enrollment();
    assert.equal(run.value?.credentials, undefined);
    assert.deepEqual(Object.keys(registered(run)), ["requests"]);
  });

  it("returns the accepted pair, and the trusted CAs, the signing one first", async () => {
    const { value, errors } = await enrollment({ accepted: ACCEPTED });
    assert.deepEqual(errors, []);
    assert.ok(value?.credentials);
    const { certificatePem, privateKeyPem, trustPem } = value.credentials;
    assert.equal(await valueOf(certificatePem), CERTIFICATE);
    assert.equal(await valueOf(privateKeyPem), EXISTING_KEY);
    assert.equal(await valueOf(trustPem), NEW_CA + OLD_CA);
    assert.equal(await isSecret(certificatePem), false);
    assert.equal(await isSecret(privateKeyPem), true);
    assert.equal(await isSecret(trustPem), false);
  });

  it("shows them at preview if the key is known", async () => {
    const { value } = await enrollment({ accepted: ACCEPTED }, { preview: true });
    assert.ok(value?.credentials);
    assert.equal(await valueOf(value.credentials.trustPem), NEW_CA + OLD_CA);
    assert.equal(await valueOf(value.credentials.certificatePem), CERTIFICATE);
  });

  it("remembers what it deploys, or what it deployed before", async () => {
    const { admission } = ACCEPTED;
    assert.deepEqual(registered(await enrollment({ accepted: ACCEPTED })).admission, admission);
    const before = { ...admission, channels: ["before"] };
    const memory = { requests: {}, admission: before };
    assert.deepEqual(registered(await enrollment({ memory })).admission, before);
    const both = await enrollment({ memory, accepted: ACCEPTED });
    assert.deepEqual(registered(both).admission, admission);
  });

  it("remembers the CAs of the first use, if the configuration allows one", async () => {
    const firstUse = async (args: Partial<EnrollmentArgs>) =>
      registered(await enrollment(args)).firstUse;
    const fingerprints = ACCEPTED.trusted.map(({ certificate }) => certificate.fingerprint);
    assert.deepEqual(await firstUse({ accepted: ACCEPTED }), fingerprints);
    const memory = { requests: {}, firstUse: ["those of before"] };
    assert.deepEqual(await firstUse({ accepted: ACCEPTED, memory }), ["those of before"]);
    assert.deepEqual(await firstUse({ memory }), ["those of before"]);
    const pinned = { ...MEMBER, trust: { fingerprints, firstUse: false } };
    assert.equal(await firstUse({ member: pinned, accepted: ACCEPTED, memory }), undefined);
  });

  it("refuses a certificate that is not for the key, as a last check", async () => {
    const { publicKey } = keys("otherP256");
    const certificate = makeLeaf({ keys: { ...keys("otherP256"), publicKey } });
    const accepted = { ...ACCEPTED, admission: { ...ACCEPTED.admission, certificate } };
    const { errors } = await runProgram(() => {
      const { credentials } = new Enrollment("org-1", {
        member: MEMBER,
        names: { commonName: "substra.org-1.example" },
        memory: { requests: {} },
        accepted,
      });
      return credentials?.certificatePem;
    });
    assert.deepEqual(errors, ["the certificate of MyOrg1MSP is not for its key existing"]);
  });
});
