import assert from "node:assert/strict";
import { importJson } from "../../../../cli/enroll/screen";
import { publicKeyFingerprint, readCertificateRequest } from "../../../../x509";
import { keys, spkiOf } from "../../x509/make-keys";
import { makeAlternativeNames, makeDnsNames, makeKeyUsage } from "../../x509/make-names";
import { PUBLISHED, PUBLISHED_NAME } from "../../x509/make-published";
import { P256, Project, requestOfOrg1 } from "./project";

const FILE = "enrollments/MyOrg1MSP/request.pem";
const enrollment = (changes: object = {}) => ({
  enrollments: {
    MyOrg1MSP: {
      request: { file: FILE },
      commonName: "substra.org-1.example",
      certificate: { algorithms: ["ECDSA-P256"] },
      ...changes,
    },
  },
});

describe("countersign enroll import of a request", () => {
  let project: Project;
  beforeEach(() => (project = new Project()));
  afterEach(() => project.remove());

  const receive = (request: string) => {
    project.write("inbox/from-mail.csr", request);
    return readCertificateRequest(request).fingerprint;
  };
  const reasons = () => {
    const { verdicts, saved } = project.takeIn(["inbox"]);
    assert.deepEqual([saved, project.has(FILE)], [[], false]);
    return verdicts.map(({ decision, reasons: all }) => [decision, ...all]);
  };

  it("shows what is requested and granted, and writes the request to its place", () => {
    const request = requestOfOrg1();
    const fingerprint = receive(request.replaceAll("\n", "\r\n"));
    project.configure(enrollment());
    const screen = (state: string) => `request of MyOrg1MSP (inbox/from-mail.csr)
  subject      O=MyOrg1MSP, CN=substra.org-1.example
  fingerprint  SHA-256 ${fingerprint}

                  requested                                                         granted by enrollments.MyOrg1MSP
  √ organization  MyOrg1MSP                                                         MyOrg1MSP
  √ common name   substra.org-1.example                                             substra.org-1.example
  √ DNS names     none                                                              none
  √ key           ECDSA-P256                                                        ECDSA-P256
  √ public key    ${P256}  any

  √ accepted

√ ${FILE}: ${state}
1 import accepted.
`;
    assert.equal(project.screen(["inbox"], { dryRun: true }), screen("would be written"));
    assert.equal(project.has(FILE), false);
    assert.equal(project.screen(["inbox"]), screen("written"));
    assert.equal(project.read(FILE), request);
    assert.equal(project.screen(["inbox/from-mail.csr"]), screen("unchanged"));
    assert.equal(project.screen(["inbox"], { dryRun: true }), screen("unchanged"));
  });

  it("refuses a key that everybody has", () => {
    receive(requestOfOrg1({ spki: spkiOf(PUBLISHED.publicKey) }));
    project.configure(enrollment({ certificate: {} }));
    const [[decision, reason] = []] = reasons();
    assert.equal(decision, "refused");
    assert.equal(
      reason,
      `has ${PUBLISHED_NAME}; accepted: keys that only their holder has. Everybody has its private key: make a new key, and a new request from it.`,
    );
    assert.match(project.screen(["inbox"]), /× public key {4}[0-9a-f]{64} {2}any/);
  });

  it("refuses what is not granted, with every reason, and writes nothing", () => {
    const request = requestOfOrg1({
      subject: [
        ["O", "MyOrg1MSP"],
        ["OU", "admin"],
        ["CN", "My\u041Erg1"],
      ],
      extensions: [
        makeAlternativeNames(
          { dNSName: "a.example" },
          { iPAddress: "10.0.0.1" },
          { uniformResourceIdentifier: "spiffe://a" },
          { rfc822Name: "a@b.example" },
          { registeredID: "1.2.3" },
        ),
      ],
    });
    const fingerprint = receive(request);
    const pin = publicKeyFingerprint(keys("otherP256").publicKey);
    project.configure(
      enrollment({ publicKey: pin, certificate: { algorithms: ["RSA-2048", "RSA-4096"] } }),
    );
    const grants = "enrollments.MyOrg1MSP grants";
    assert.equal(
      project.screen(["inbox"]),
      `request of MyOrg1MSP (inbox/from-mail.csr)
  subject      O=MyOrg1MSP, OU=admin, CN="My\\u{41e}rg1"
  fingerprint  SHA-256 ${fingerprint}

                          requested                                                         granted by enrollments.MyOrg1MSP
  √ organization          MyOrg1MSP                                                         MyOrg1MSP
  × common name           "My\\u{41e}rg1"                                                    substra.org-1.example
  × DNS names             a.example                                                         none
  × key                   ECDSA-P256                                                        RSA-2048, RSA-4096
  × public key            ${P256}  ${pin}
  × other subject         "OU=admin"                                                        none
  × IP addresses          10.0.0.1                                                          none
  × URIs                  spiffe://a                                                        none
  × e-mail addresses      a@b.example                                                       none
  × names of other kinds  1                                                                 none

  × asks for common name (CN) "My\\u{41e}rg1"; ${grants} only "substra.org-1.example".
  × has subject attribute "OU=admin"; accepted: O and CN only. With openssl: \`-subj /O=.../CN=...\`.
  × asks for DNS name "a.example"; ${grants} nothing.
  × asks for IP address "10.0.0.1"; ${grants} nothing.
  × asks for URI "spiffe://a"; ${grants} nothing.
  × asks for e-mail address "a@b.example"; ${grants} nothing.
  × has names of other kinds (1); accepted: DNS names, IP addresses, URIs.
  × asks for a key of kind ECDSA-P256; ${grants} RSA-2048, RSA-4096.
  × asks for the key ${P256}; ${grants} only the key ${pin}.

1 refusal: nothing was written.
`,
    );
    assert.equal(project.has(FILE), false);
  });

  it("shows a configuration for a request that is not listed, as far as it could be granted", () => {
    const request = requestOfOrg1({ extensions: [makeDnsNames("a.example", "*.b.example")] });
    const fingerprint = receive(request);
    project.configure({});
    assert.equal(
      project.screen(["inbox"]),
      `request of MyOrg1MSP (inbox/from-mail.csr)
  subject      O=MyOrg1MSP, CN=substra.org-1.example
  SANs         a.example, *.b.example
  key          ECDSA-P256
  public key   SHA-256 ${P256}
  fingerprint  SHA-256 ${fingerprint}
  × MyOrg1MSP is not under countersign:enrollments in Pulumi.here.yaml

  If this is what you want, and you have confirmed it with its owner over another channel:

    countersign:enrollments:
      MyOrg1MSP:
        request:
          file: enrollments/MyOrg1MSP/request.pem
        commonName: substra.org-1.example
        dnsNames:
          - a.example
        publicKey: ${P256}

1 refusal: nothing was written.
`,
    );
  });

  it("refuses a request that could never be granted, or that the stack would not read", () => {
    receive(requestOfOrg1());
    project.configure(enrollment({ request: { stack: "a/b/org-1" } }));
    assert.deepEqual(reasons(), [
      [
        "refused",
        "countersign:enrollments.MyOrg1MSP.request.stack says that it comes from stack a/b/org-1, so a file would not be read: change that to countersign:enrollments.MyOrg1MSP.request.file, or do not import it",
      ],
    ]);
    project.configure({ organizations: { MyOrg1MSP: { hostname: "a.example" } } });
    assert.deepEqual(reasons(), [
      [
        "refused",
        "MyOrg1MSP is an organization of this stack, whose own authority signs for it: remove it from countersign:organizations first if it has a stack of its own now",
      ],
    ]);
    receive(requestOfOrg1({ subject: [["O", "My Org"]] }));
    project.configure({});
    assert.deepEqual(reasons(), [
      [
        "refused",
        'MSP ID "My Org" may contain only ASCII letters, digits and hyphens, because the orchestrator chart derives a volume name from it',
      ],
    ]);
    for (const subject of [[], [["O", "a"] as const, ["O", "b"] as const]]) {
      receive(requestOfOrg1({ subject }));
      assert.deepEqual(reasons(), [["refused", "it must name exactly one organization (O)"]]);
    }
  });

  it("proposes no name that people could misread", () => {
    receive(
      requestOfOrg1({
        subject: [
          ["O", "MyOrg1MSP"],
          ["CN", "\u202Eorg"],
        ],
      }),
    );
    project.configure({});
    const [verdict] = project.takeIn(["inbox"]).verdicts;
    assert.equal(
      verdict?.proposal,
      `countersign:enrollments:
  MyOrg1MSP:
    request:
      file: enrollments/MyOrg1MSP/request.pem
    publicKey: ${P256}
`,
    );
  });

  it("ignores a request of its own organization, which another stack signs", () => {
    receive(requestOfOrg1());
    const signedBy = { stack: "a/b/consortium", trust: ["first-use"] };
    project.configure({ organizations: { MyOrg1MSP: { signedBy } } });
    assert.deepEqual(reasons(), [
      ["ignored", "it is for the consortium's stack: another stack signs for MyOrg1MSP"],
    ]);
  });

  it("warns of another key, of usages that are ignored, and of a file that it replaces", () => {
    receive(requestOfOrg1({ extensions: [makeKeyUsage(0x01)] }));
    project.configure(enrollment());
    const ignored = "key usage digitalSignature is ignored: usages come from configuration";
    const warnings = () =>
      project.takeIn(["inbox"], { dryRun: true }).verdicts.flatMap((each) => each.warnings);
    assert.deepEqual(warnings(), [ignored]);
    project.write(FILE, requestOfOrg1());
    assert.deepEqual(warnings(), [ignored]);
    project.write(FILE, requestOfOrg1({ keys: keys("otherP256") }));
    const before = publicKeyFingerprint(keys("otherP256").publicKey);
    assert.deepEqual(warnings(), [
      `it is for another key than the request in ${FILE}, SHA-256 ${before}`,
      ignored,
    ]);
    project.write(FILE, "hello");
    assert.deepEqual(warnings(), [`it replaces ${FILE}, which cannot be read`, ignored]);
  });

  it("imports all or nothing", () => {
    project.configure({
      enrollments: {
        MyOrg1MSP: enrollment().enrollments.MyOrg1MSP,
        MyOrg2MSP: { request: { file: "enrollments/MyOrg2MSP/request.pem" } },
      },
    });
    project.write("inbox/2.pem", requestOfOrg1({ subject: [["O", "MyOrg2MSP"]] }));
    project.write("inbox/1.pem", requestOfOrg1({ keys: keys("p384") }));
    const outcome = project.takeIn(["inbox"]);
    assert.deepEqual(
      outcome.verdicts.map(({ party, decision }) => [party, decision]),
      [
        ["MyOrg1MSP", "refused"],
        ["MyOrg2MSP", "accepted"],
      ],
    );
    assert.deepEqual([outcome.saved, project.has("enrollments")], [[], false]);
  });

  it("prints the same for programs", () => {
    const fingerprint = receive(requestOfOrg1());
    project.write("inbox/README", "hello");
    project.configure(enrollment());
    const row = (what: string, asked: string[], granted: string[]) => ({
      what,
      asked,
      granted,
      ok: true,
    });
    assert.deepEqual(JSON.parse(importJson(project.takeIn(["inbox"]))), {
      found: [
        {
          kind: "request",
          mspId: "MyOrg1MSP",
          origins: [project.path("inbox/from-mail.csr")],
          decision: "accepted",
          reasons: [],
          warnings: [],
          facts: {
            subject: "O=MyOrg1MSP, CN=substra.org-1.example",
            dnsNames: [],
            ipAddresses: [],
            uris: [],
            emailAddresses: [],
            otherNames: 0,
            keyAlgorithm: "ECDSA-P256",
            publicKey: P256,
            fingerprint,
          },
          source: "enrollments.MyOrg1MSP",
          comparison: [
            row("organization", ["MyOrg1MSP"], ["MyOrg1MSP"]),
            row("common name", ["substra.org-1.example"], ["substra.org-1.example"]),
            row("DNS names", [], []),
            row("key", ["ECDSA-P256"], ["ECDSA-P256"]),
            row("public key", [P256], ["any"]),
          ],
          files: [FILE],
        },
      ],
      leftOut: [project.path("inbox/README")],
      saved: [{ path: FILE, state: "written" }],
      dryRun: false,
    });
  });
});
