import assert from "node:assert/strict";
import { RegistrationAuthority, type EnrollmentPolicy } from "../../../components/enrollment";
import { CertificateAuthority } from "../../../components/pki";
import type { Decisions } from "../../../enrollment/requests";
import { readFacts } from "../../../facts";
import { readCertificate, readCertificateRequest } from "../../../x509";
import { keys } from "../../unit/x509/make-keys";
import { makeRequest } from "../../unit/x509/make-request";
import { makeExistingCa } from "../fake-tls";
import { runProgram, type EngineOptions } from "../mock-engine";
import { existingCertificate, issued } from "../pki/existing";
import { find, treeOf } from "../tree";
import { valueOf } from "../value-of";
import { reveal, visible } from "../wire";

const CA = makeExistingCa("Consortium CA");
const LIFE = { validityHours: 900, renewBeforeHours: 300 };
const POLICY: Omit<EnrollmentPolicy, "source"> = { ...LIFE, role: "client", tellsTrust: true };
const TERMS = { dnsNames: [], keyAlgorithms: ["ECDSA-P256"] } as const;
const requestOf = (mspId: string, key: "p256" | "otherP256" = "p256") =>
  makeRequest({ subject: [["O", mspId]], keys: keys(key) });
const MINE = requestOf("MyOrg1MSP");
const THEIRS = requestOf("MyOrg2MSP", "otherP256");

/** Decisions in which these requests are admitted. */
function decisions(requests: Readonly<Record<string, string>>): Decisions {
  const admitted = Object.entries(requests).map(
    ([mspId, pem]) =>
      [
        mspId,
        { pem, grant: { ...TERMS, organization: mspId, source: `enrollments.${mspId}` } },
      ] as const,
  );
  const held = Object.entries(requests).map(([holder, pem]) => {
    const key = readCertificateRequest(pem).publicKeyFingerprint;
    return [key, { holder, withdrawn: false }] as const;
  });
  return {
    admitted: Object.fromEntries(admitted),
    waiting: {},
    warnings: [],
    register: { requests, keys: Object.fromEntries(held) },
  };
}

function registration(
  policies: Readonly<Record<string, Omit<EnrollmentPolicy, "source">>>,
  decided: Decisions,
  options: EngineOptions = {},
) {
  return runProgram(() => {
    const { signing } = new CertificateAuthority("ca", {
      subject: { commonName: "not used" },
      generations: { g1: { kind: "existing", state: "signing", ...CA } },
    });
    return new RegistrationAuthority("registration", {
      issuer: signing,
      policies: Object.fromEntries(
        Object.entries(policies).map(([mspId, policy]) => [
          mspId,
          { ...policy, source: `enrollments.${mspId}` },
        ]),
      ),
      decisions: decided,
      nameOf: (mspId) => `of-${mspId.toLowerCase()}`,
      trusted: {},
      dials: ["the server"],
    });
  }, options);
}

const NOBODY = ["countersign:enrollment:RegistrationAuthority registration"];
const withCertificate = (...names: string[]) => [
  ...NOBODY,
  ...names.map((name) => `  tls:index/locallySignedCert:LocallySignedCert ${name}-certificate`),
];
const treeIn = (run: Awaited<ReturnType<typeof registration>>) =>
  treeOf(run.resources).filter((line) => !/CertificateAuthority|-first$/.test(line));

describe("RegistrationAuthority", () => {
  it("signs each admitted request for a client, by its organization's policy", async () => {
    const policies = {
      MyOrg1MSP: POLICY,
      MyOrg2MSP: { ...POLICY, validityHours: 800, renewBeforeHours: 1 },
    };
    const run = await registration(policies, decisions({ MyOrg1MSP: MINE, MyOrg2MSP: THEIRS }));
    assert.deepEqual(run.errors, []);
    assert.deepEqual(treeIn(run), withCertificate("of-myorg1msp", "of-myorg2msp"));
    const inputs = {
      caCertPem: CA.certificate,
      caPrivateKeyPem: "[secret]",
      setSubjectKeyId: true,
    };
    const allowedUses = ["digital_signature", "client_auth"];
    assert.deepEqual(
      ["of-myorg1msp-certificate", "of-myorg2msp-certificate"].map((name) =>
        visible(find(run.resources, name, "LocallySignedCert").inputs),
      ),
      [
        {
          ...inputs,
          allowedUses,
          certRequestPem: MINE,
          validityPeriodHours: 900,
          earlyRenewalHours: 300,
        },
        {
          ...inputs,
          allowedUses,
          certRequestPem: THEIRS,
          validityPeriodHours: 800,
          earlyRenewalHours: 1,
        },
      ],
    );
  });

  it("checks each request against its grant again before it signs", async () => {
    for (const preview of [true, false]) {
      const run = await registration(
        { MyOrg1MSP: POLICY },
        decisions({ MyOrg1MSP: requestOf("MyOrg2MSP") }),
        { preview },
      );
      assert.ok(!run.resources.some(({ type }) => type.endsWith("LocallySignedCert")));
      assert.deepEqual(run.errors, [
        'the certificate request of enrollments.MyOrg1MSP is refused:\n  - asks for organization (O) "MyOrg2MSP"; enrollments.MyOrg1MSP grants exactly "MyOrg1MSP".',
      ]);
    }
  });

  it("returns the certificates by MSP ID, of organizations that have one", async () => {
    const policies = { MyOrg1MSP: POLICY, MyOrg2MSP: POLICY };
    const run = await registration(policies, decisions({ MyOrg2MSP: THEIRS }));
    assert.ok(run.value);
    assert.deepEqual(treeIn(run), withCertificate("of-myorg2msp"));
    assert.deepEqual([...run.value.certificates.keys()], ["MyOrg2MSP"]);
    const leaf = run.value.certificates.get("MyOrg2MSP");
    assert.ok(leaf);
    const { certificate } = await valueOf(leaf);
    const read = readCertificate(certificate);
    assert.equal(read.subject.text, "O=MyOrg2MSP");
    assert.equal(read.publicKeyFingerprint, readCertificateRequest(THEIRS).publicKeyFingerprint);
  });

  it("signs only for organizations in the configuration", async () => {
    const run = await registration({}, decisions({ MyOrg1MSP: MINE }));
    assert.deepEqual(treeIn(run), NOBODY);
    assert.deepEqual([...(run.value?.certificates.keys() ?? [])], []);
  });

  it("registers its memory, which is known at preview", async () => {
    const decided = decisions({ MyOrg1MSP: MINE, MyOrg2MSP: THEIRS });
    const { keys: held, requests } = decided.register;
    const gone = { "0123": { holder: "MyOrg3MSP", withdrawn: true } };
    const register = { requests, keys: { ...held, ...gone } };
    for (const preview of [true, false]) {
      const run = await registration({}, { ...decided, register }, { preview });
      const { urn } = find(run.resources, "registration");
      assert.deepEqual(reveal(run.outputs.get(urn)), register);
      assert.deepEqual(run.outputs.get(urn), register);
    }
  });

  it("keeps an existing certificate until it is due for renewal", async () => {
    const decided = decisions({ MyOrg1MSP: MINE });
    const run = async (hoursLeft: number) => {
      const existing = existingCertificate(hoursLeft);
      const { value, ...rest } = await registration(
        { MyOrg1MSP: { ...POLICY, existing } },
        decided,
      );
      const leaf = value?.certificates.get("MyOrg1MSP");
      assert.ok(leaf);
      const { inputs } = find(rest.resources, "registration");
      const stated = readFacts("registration", reveal(inputs))?.certificates?.[
        "of-myorg1msp-certificate"
      ];
      return { existing, tree: treeIn({ value, ...rest }), issued: await valueOf(leaf), stated };
    };
    const owner = { owner: "MyOrg1MSP", source: "enrollments.MyOrg1MSP", renewBeforeHours: 300 };
    const kept = await run(301);
    assert.deepEqual(kept.tree, NOBODY);
    assert.deepEqual(kept.issued, issued(kept.existing));
    assert.deepEqual(kept.stated, { ...owner, origin: "adopted", certificate: kept.existing });
    const due = await run(300);
    assert.deepEqual(due.tree, withCertificate("of-myorg1msp"));
    assert.notEqual(due.issued.certificate, due.existing);
    const granted = { dnsNames: [] };
    assert.deepEqual(due.stated, { ...owner, origin: "issued", issuer: "ca/g1", granted });
  });

  it("issues one earlier if the organization presents another key", async () => {
    const existing = existingCertificate(1000);
    const run = await registration(
      { MyOrg1MSP: { ...POLICY, existing } },
      decisions({ MyOrg1MSP: requestOf("MyOrg1MSP", "otherP256") }),
    );
    assert.deepEqual(treeIn(run), withCertificate("of-myorg1msp"));
  });

  it("keeps an existing one until its end if there is no request for a renewal", async () => {
    const withoutRequest = async (hoursLeft: number) => {
      const existing = existingCertificate(hoursLeft);
      const run = await registration({ MyOrg1MSP: { ...POLICY, existing } }, decisions({}));
      assert.ok(!treeIn(run).some((line) => line.includes("LocallySignedCert")));
      return [...(run.value?.certificates.keys() ?? [])];
    };
    assert.deepEqual(await withoutRequest(1), ["MyOrg1MSP"]);
    assert.deepEqual(await withoutRequest(0), []);
  });
});
