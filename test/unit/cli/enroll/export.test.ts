import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { exportJson, exportText, exportsOf, saveAll } from "../../../../cli/enroll/export-command";
import { EXCHANGES } from "../../../../cli/enroll/command";
import { CannotCheck } from "../../../../command/failure";
import { readCertificate, readCertificateRequest } from "../../../../x509";
import { FINGERPRINTS, G1, G2, makeAdmission } from "../../enrollment/make-admission";
import { keys } from "../../x509/make-keys";
import { makeDnsNames } from "../../x509/make-names";
import { makeAdmissions } from "../make-admissions";
import { P256, Project, requestOfOrg1 } from "./project";

const STACK = "stack a/b/here";
const REQUEST = requestOfOrg1({ extensions: [makeDnsNames("a.example", "*.b.example")] });
const { certificate: CERTIFICATE } = makeAdmission();
const REQUESTS = { format: 1, organizations: { MyOrg1MSP: { request: REQUEST, key: "k1" } } };
const ADMISSIONS = makeAdmissions({
  authorities: {
    g1: { state: "trusted", certificate: G1 },
    g2: { state: "signing", certificate: G2 },
  },
  organizations: {
    MyOrg2MSP: { certificate: CERTIFICATE, channels: ["mychannel", "yours"] },
    MyOrg1MSP: { certificate: CERTIFICATE, channels: [] },
  },
});

describe("countersign enroll export", () => {
  let project: Project;
  beforeEach(() => (project = new Project()));
  afterEach(() => project.remove());

  const save = (outputs: unknown, ...wanted: string[]) =>
    saveAll(exportsOf(outputs, STACK, wanted, "enrollments", EXCHANGES), project.folder);

  it("writes an organization's request, and shows what it requests", () => {
    const saved = save({ requests: REQUESTS, releases: {} });
    assert.equal(project.read("enrollments/MyOrg1MSP/request.pem"), REQUEST);
    assert.equal(
      exportText(saved),
      `request of MyOrg1MSP
  subject      O=MyOrg1MSP, CN=substra.org-1.example
  SANs         a.example, *.b.example
  key          ECDSA-P256
  public key   SHA-256 ${P256}
  fingerprint  SHA-256 ${readCertificateRequest(REQUEST).fingerprint}
  √ enrollments/MyOrg1MSP/request.pem: written
`,
    );
  });

  it("writes what the consortium has for an organization, and shows it", () => {
    const saved = save({ admissions: ADMISSIONS }, "MyOrg2MSP");
    assert.equal(project.has("enrollments/MyOrg1MSP"), false);
    assert.equal(project.read("enrollments/MyOrg2MSP/certificate.pem"), CERTIFICATE);
    assert.equal(project.read("enrollments/MyOrg2MSP/trust.pem"), G2 + G1);
    assert.equal(statSync(project.path("enrollments/MyOrg2MSP/trust.pem")).mode & 0o444, 0o444);
    assert.equal(
      exportText(saved),
      `admission of MyOrg2MSP
  subject       O=MyOrg1MSP
  SANs          none
  key           ECDSA-P256
  public key    SHA-256 ${P256}
  fingerprint   SHA-256 ${readCertificate(CERTIFICATE).fingerprint}
  issuer        CN=Test CA
  valid         2025-01-01T00:00:00Z to 2026-01-01T00:00:00Z
  channels      mychannel, yours
  orchestrator  orchestrator.internal.example:9000 in its cluster, orchestrator.example.org:443 outside
  its names     orchestrator.example.org, orchestrator.internal.example
  its chart     orchestrator, 8.8.0
  CA g1         trusted, until 2030-12-31T00:00:00Z, CN=Test CA
                SHA-256 ${FINGERPRINTS.g1}
  CA g2         signing, until 2030-12-31T00:00:00Z, CN=Second CA
                SHA-256 ${FINGERPRINTS.g2}
  √ enrollments/MyOrg2MSP/certificate.pem: written
  √ enrollments/MyOrg2MSP/trust.pem: written
  √ enrollments/MyOrg2MSP/consortium.yaml: written
`,
    );
  });

  it("does not touch files that are identical", () => {
    const outputs = { requests: REQUESTS, admissions: ADMISSIONS };
    save(outputs);
    project.write("enrollments/MyOrg1MSP/trust.pem", G1);
    const states = save(outputs).flatMap(({ files }) =>
      files.map(({ path, state }) => `${path.slice("enrollments/".length)} ${state}`),
    );
    assert.deepEqual(states, [
      "MyOrg1MSP/request.pem unchanged",
      "MyOrg1MSP/certificate.pem unchanged",
      "MyOrg1MSP/trust.pem written",
      "MyOrg1MSP/consortium.yaml unchanged",
      "MyOrg2MSP/certificate.pem unchanged",
      "MyOrg2MSP/trust.pem unchanged",
      "MyOrg2MSP/consortium.yaml unchanged",
    ]);
  });

  it("prints the same for programs", () => {
    const saved = save({ requests: REQUESTS });
    assert.deepEqual(JSON.parse(exportJson(saved, STACK)), {
      origin: STACK,
      exported: [
        {
          mspId: "MyOrg1MSP",
          kind: "request",
          facts: {
            subject: "O=MyOrg1MSP, CN=substra.org-1.example",
            dnsNames: ["a.example", "*.b.example"],
            ipAddresses: [],
            uris: [],
            emailAddresses: [],
            otherNames: 0,
            keyAlgorithm: "ECDSA-P256",
            publicKey: P256,
            fingerprint: readCertificateRequest(REQUEST).fingerprint,
          },
          files: [{ path: "enrollments/MyOrg1MSP/request.pem", state: "written" }],
        },
      ],
    });
  });

  const one = (mspId: string, request: string) => ({
    requests: { format: 1, organizations: { [mspId]: { request, key: "k1" } } },
  });
  const unreadable: [string, unknown, string[], string][] = [
    [
      "nothing published",
      { releases: {} },
      [],
      `${STACK} publishes no request and no certificate for another stack: an organization's stack does once it has signedBy, and the consortium's once it has enrollments; run \`pulumi up\` first`,
    ],
    [
      "no outputs at all",
      null,
      [],
      `${STACK} publishes no request and no certificate for another stack: an organization's stack does once it has signedBy, and the consortium's once it has enrollments; run \`pulumi up\` first`,
    ],
    [
      "nothing for the requested organization",
      { admissions: ADMISSIONS },
      ["MyOrg1MSP", "MyOrg3MSP"],
      `${STACK} publishes nothing for "MyOrg3MSP", only for "MyOrg1MSP", "MyOrg2MSP"`,
    ],
    [
      "another format",
      { requests: { ...REQUESTS, format: 2 } },
      [],
      `${STACK} publishes format 2, and this program reads 1: use one version of Countersign on both sides`,
    ],
    [
      "an MSP ID that leads elsewhere",
      one("../../etc", REQUEST),
      [],
      `${STACK}: MSP ID "../../etc" may contain only ASCII letters, digits and hyphens, because the orchestrator chart derives a volume name from it`,
    ],
    [
      "a certificate instead of a request",
      one("MyOrg1MSP", G1),
      [],
      `the request of MyOrg1MSP from ${STACK}: a CERTIFICATE block instead of a CERTIFICATE REQUEST.`,
    ],
    [
      "a request instead of a certificate",
      {
        admissions: makeAdmissions({
          organizations: { MyOrg1MSP: { certificate: REQUEST, channels: [] } },
        }),
      },
      [],
      "the certificate of MyOrg1MSP: a CERTIFICATE REQUEST block instead of a CERTIFICATE.",
    ],
  ];
  for (const [what, outputs, wanted, message] of unreadable) {
    it(`fails with ${what}`, () => {
      assert.throws(
        () => save(outputs, ...wanted),
        (error) => {
          assert.ok(error instanceof CannotCheck);
          assert.equal(error.message, message);
          return true;
        },
      );
      assert.equal(project.has("enrollments"), false);
    });
  }

  it("refuses a private key, and never quotes the text", () => {
    const key = keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    for (const secret of [key, Buffer.from(REQUEST + key).toString("base64")]) {
      assert.throws(() => save(one("MyOrg1MSP", REQUEST + secret)), {
        name: "PrivateKeyFound",
        message: `what ${STACK} publishes holds a private key, which must never leave its owner's stack: delete it, also from the repository's history, and make a new key`,
      });
    }
    assert.equal(project.has("enrollments"), false);
  });

  it("fails if a file cannot be written", () => {
    project.write("enrollments/MyOrg1MSP", "a file");
    assert.throws(() => save({ requests: REQUESTS }), {
      name: "CannotCheck",
      message: /^enrollments\/MyOrg1MSP\/request\.pem cannot be written: /,
    });
  });
});
