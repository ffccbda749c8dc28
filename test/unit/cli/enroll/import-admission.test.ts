import assert from "node:assert/strict";
import { filesOfAdmission } from "../../../../enrollment/files";
import { ADMISSION_FORM, type SubstraAdmission } from "../../../../systems/substra/admission";
import { publicKeyFingerprint, readCertificate } from "../../../../x509";
import { FINGERPRINTS, G1, G2, makeAdmission, makeLeafOfG2 } from "../../enrollment/make-admission";
import { makeLeaf } from "../../x509/make-certificate";
import { keys } from "../../x509/make-keys";
import { PUBLISHED, PUBLISHED_NAME } from "../../x509/make-published";
import { P256, Project, requestOfOrg1 } from "./project";

const DIRECTORY = "enrollments/MyOrg1MSP";
const OTHER = publicKeyFingerprint(keys("otherP256").publicKey);
const BOTH = {
  g1: { state: "signing", certificate: G1 },
  g2: { state: "trusted", certificate: G2 },
} as const;
const NOT_COMPARED = `the key was not compared: there is no ${DIRECTORY}/request.pem; give --outputs FILE (\`pulumi stack output --json\`), or let \`pulumi up\` compare it`;
const notListed = (name: "g1" | "g2", subject: string) =>
  `its CA, generation ${name} (${subject}, SHA-256 ${FINGERPRINTS[name]}), is not one that countersign:organizations.MyOrg1MSP.signedBy.trust lists: ask the consortium for the fingerprint over another channel, compare it, and add it there`;

describe("countersign enroll import of a certificate", () => {
  let project: Project;
  beforeEach(() => (project = new Project()));
  afterEach(() => project.remove());

  const configure = (signedBy: object = {}) =>
    project.configure({
      organizations: {
        MyOrg1MSP: {
          signedBy: { directory: DIRECTORY, trust: [FINGERPRINTS.g1], ...signedBy },
          certificate: { key: { secure: "v1:ciphertext" } },
        },
      },
    });
  const receive = (admission: SubstraAdmission, inbox = "inbox") => {
    for (const [file, text] of Object.entries(filesOfAdmission(admission, ADMISSION_FORM))) {
      project.write(`${inbox}/${file}`, text);
    }
  };
  const judged = (...args: Parameters<Project["takeIn"]>) =>
    project.takeIn(...args).verdicts.map(({ decision, reasons, warnings }) => ({
      decision,
      reasons: reasons.map((reason) => reason.replaceAll(`${project.folder}/`, "")),
      warnings,
    }));
  const refused = (reason: string, warnings: string[] = []) => [
    { decision: "refused", reasons: [reason], warnings },
  ];
  const accepted = (...warnings: string[]) => [{ decision: "accepted", reasons: [], warnings }];

  it("shows what a reviewer must see, and writes the files to their places", () => {
    const admission = makeAdmission({ authorities: BOTH });
    configure({ trust: [FINGERPRINTS.g1, FINGERPRINTS.g2] });
    project.write(`${DIRECTORY}/request.pem`, requestOfOrg1());
    receive(admission);
    assert.equal(
      project.screen(["inbox"]),
      `admission of MyOrg1MSP (inbox/certificate.pem, inbox/trust.pem, inbox/consortium.yaml)
  subject       O=MyOrg1MSP
  SANs          none
  key           ECDSA-P256
  public key    SHA-256 ${P256}
  fingerprint   SHA-256 ${readCertificate(admission.certificate).fingerprint}
  issuer        CN=Test CA
  valid         2025-01-01T00:00:00Z to 2026-01-01T00:00:00Z
  channels      mychannel
  orchestrator  orchestrator.internal.example:9000 in its cluster, orchestrator.example.org:443 outside
  its names     orchestrator.example.org, orchestrator.internal.example
  its chart     orchestrator, 8.8.0
  CA g1         signing, until 2030-12-31T00:00:00Z, CN=Test CA
                SHA-256 ${FINGERPRINTS.g1}: pinned
  CA g2         trusted, until 2030-12-31T00:00:00Z, CN=Second CA
                SHA-256 ${FINGERPRINTS.g2}: pinned

  √ accepted

√ ${DIRECTORY}/certificate.pem: written
√ ${DIRECTORY}/trust.pem: written
√ ${DIRECTORY}/consortium.yaml: written
1 import accepted.
`,
    );
    for (const [file, text] of Object.entries(filesOfAdmission(admission, ADMISSION_FORM))) {
      assert.equal(project.read(`${DIRECTORY}/${file}`), text);
    }
  });

  it("refuses a CA that is not pinned, and shows what to compare and what to configure", () => {
    configure();
    project.write(`${DIRECTORY}/request.pem`, requestOfOrg1());
    receive(makeAdmission({ certificate: makeLeafOfG2(), authorities: BOTH }));
    const screen = project.screen(["inbox"]);
    assert.equal(
      screen.slice(screen.indexOf("  CA g1")),
      `  CA g1         signing, until 2030-12-31T00:00:00Z, CN=Test CA
                SHA-256 ${FINGERPRINTS.g1}: pinned
  CA g2         trusted, until 2030-12-31T00:00:00Z, CN=Second CA
                SHA-256 ${FINGERPRINTS.g2}: NOT PINNED

  × ${notListed("g2", "CN=Second CA")}

  If this is what you want, and you have confirmed it with its owner over another channel:

    countersign:organizations:
      MyOrg1MSP:
        signedBy:
          trust:
            - ${FINGERPRINTS.g1}
            - ${FINGERPRINTS.g2} # g2, once you have compared it

1 refusal: nothing was written.
`,
    );
    assert.equal(project.has(`${DIRECTORY}/certificate.pem`), false);
  });

  it("warns of a CA that is not pinned and does not sign yet", () => {
    configure();
    project.write(`${DIRECTORY}/request.pem`, requestOfOrg1());
    receive(makeAdmission({ authorities: BOTH }));
    assert.deepEqual(
      judged(["inbox"]),
      accepted(
        `the consortium also offers CA generation g2 (CN=Second CA, SHA-256 ${FINGERPRINTS.g2}), which is not trusted: before the consortium lets it sign, compare the fingerprint over another channel and add it to countersign:organizations.MyOrg1MSP.signedBy.trust`,
      ),
    );
  });

  it("trusts at first use, and after that only what it imported first", () => {
    configure({ trust: ["first-use"] });
    project.write(`${DIRECTORY}/request.pem`, requestOfOrg1());
    receive(makeAdmission());
    const [first] = project.takeIn(["inbox"]).verdicts;
    assert.deepEqual(first?.kind === "admission" && first.trust, { g1: "first-use" });
    receive(
      makeAdmission({
        certificate: makeLeafOfG2(),
        authorities: { g2: { state: "signing", certificate: G2 } },
      }),
    );
    const { verdicts } = project.takeIn(["inbox"]);
    const [second] = verdicts;
    assert.deepEqual(second?.kind === "admission" && second.trust, { g2: "not-pinned" });
    assert.deepEqual(second?.reasons, [notListed("g2", "CN=Second CA")]);
    assert.equal(
      second.proposal,
      `countersign:organizations:
  MyOrg1MSP:
    signedBy:
      trust:
        - first-use
        - ${FINGERPRINTS.g2} # g2, once you have compared it
`,
    );
  });

  it("refuses a certificate for a key that everybody has", () => {
    configure();
    receive(makeAdmission({ certificate: makeLeaf({ keys: PUBLISHED }) }));
    assert.deepEqual(
      judged(["inbox"]),
      refused(`it has ${PUBLISHED_NAME}: everybody has its private key`, [NOT_COMPARED]),
    );
  });

  describe("compares the key", () => {
    beforeEach(() => {
      configure();
      receive(makeAdmission());
    });

    it("with the request next to it, or reports that there is none", () => {
      assert.deepEqual(judged(["inbox"], { dryRun: true }), accepted(NOT_COMPARED));
      project.write(`${DIRECTORY}/request.pem`, requestOfOrg1({ keys: keys("otherP256") }));
      assert.deepEqual(
        judged(["inbox"]),
        refused(
          `it is for the key ${P256}, but ${DIRECTORY}/request.pem is for ${OTHER}: it answers another request`,
        ),
      );
    });

    it("with that of the certificate in use while the newest key waits for one", () => {
      project.write(`${DIRECTORY}/request.pem`, requestOfOrg1({ keys: keys("otherP256") }));
      project.write(`${DIRECTORY}/certificate.pem`, makeLeaf());
      assert.deepEqual(
        judged(["inbox"]),
        accepted(
          `it is for the key of the certificate that is in use, not for that of ${DIRECTORY}/request.pem`,
        ),
      );
    });

    it("with the outputs of the organization's stack", () => {
      const outputs = (request: string) => ({
        requests: { format: 1, organizations: { MyOrg1MSP: { request, key: "k1" } } },
      });
      assert.deepEqual(judged(["inbox"], { outputs: outputs(requestOfOrg1()) }), accepted());
      const other = outputs(requestOfOrg1({ keys: keys("p384") }));
      project.write(`${DIRECTORY}/certificate.pem`, makeLeaf({ keys: keys("otherP256") }));
      assert.deepEqual(
        judged(["inbox"], { outputs: other }),
        refused(
          `it is for the key ${P256}, but the request of MyOrg1MSP from own.json is for ${publicKeyFingerprint(keys("p384").publicKey)}: it answers another request`,
        ),
      );
      assert.throws(() => judged(["inbox"], { outputs: {} }), {
        name: "CannotCheck",
        message: "own.json publishes no requests yet",
      });
    });
  });

  it("refuses an expired certificate, as `pulumi up` would", () => {
    configure();
    project.write(`${DIRECTORY}/request.pem`, requestOfOrg1());
    receive(makeAdmission({ certificate: makeLeaf({ notAfter: "2025-03-01T00:00:00Z" }) }));
    assert.deepEqual(
      judged(["inbox"]),
      refused("the certificate expired on 2025-03-01T00:00:00.000Z."),
    );
  });

  it("refuses files that do not belong together", () => {
    configure();
    receive(makeAdmission());
    project.write("inbox/trust.pem", G2);
    assert.deepEqual(
      judged(["inbox"]),
      refused(
        `inbox/trust.pem has no certificate of generation g1 (SHA-256 "${FINGERPRINTS.g1}"), which inbox/consortium.yaml names: take all files from one export`,
      ),
    );
    const missing = (files: string) =>
      refused(`${files} of MyOrg1MSP is missing: take all files of one export`);
    assert.deepEqual(judged(["inbox/certificate.pem"]), missing("trust.pem and consortium.yaml"));
    assert.deepEqual(judged(["inbox/consortium.yaml"]), missing("certificate.pem and trust.pem"));
  });

  it("refuses files if the stack does not read them, signs itself, or lacks the organization", () => {
    receive(makeAdmission());
    project.configure({
      organizations: { MyOrg1MSP: { signedBy: { stack: "a/b/c", trust: ["first-use"] } } },
    });
    assert.deepEqual(
      judged(["inbox"]),
      refused(
        "countersign:organizations.MyOrg1MSP.signedBy.stack says that it comes from stack a/b/c, so files would not be read: change that to countersign:organizations.MyOrg1MSP.signedBy.directory, or do not import them",
      ),
    );
    project.configure({ organizations: { MyOrg1MSP: {} } });
    assert.deepEqual(
      judged(["inbox"]),
      refused(
        "this stack's own authority signs for MyOrg1MSP; set countersign:organizations.MyOrg1MSP.signedBy if another stack should sign",
      ),
    );
    project.configure({});
    assert.deepEqual(
      judged(["inbox"]).map(({ reasons }) => reasons),
      [[`MyOrg1MSP is not under countersign:organizations in Pulumi.here.yaml`]],
    );
    project.configure({ enrollments: { MyOrg1MSP: { request: { file: "a" } } } });
    assert.deepEqual(judged(["inbox"]), [
      {
        decision: "ignored",
        reasons: ["it is for the organization's own stack: this stack signs for MyOrg1MSP"],
        warnings: [],
      },
    ]);
  });

  it("separates the files of two organizations", () => {
    const forOrg2 = makeAdmission({
      mspId: "MyOrg2MSP",
      certificate: makeLeafOfG2({ subject: [["O", "MyOrg2MSP"]] }),
      authorities: { g2: { state: "signing", certificate: G2 } },
    });
    receive(makeAdmission(), "inbox/1");
    receive(forOrg2, "inbox/2");
    const signedBy = (mspId: string) => ({
      signedBy: { directory: `enrollments/${mspId}`, trust: ["first-use"] },
    });
    project.configure({
      organizations: { MyOrg1MSP: signedBy("MyOrg1MSP"), MyOrg2MSP: signedBy("MyOrg2MSP") },
    });
    assert.deepEqual(
      project.takeIn(["inbox"]).saved.map(({ path }) => path),
      ["MyOrg1MSP", "MyOrg2MSP"].flatMap((mspId) =>
        ["certificate.pem", "trust.pem", "consortium.yaml"].map(
          (file) => `enrollments/${mspId}/${file}`,
        ),
      ),
    );
    assert.equal(project.read("enrollments/MyOrg2MSP/trust.pem"), G2);
  });
});
