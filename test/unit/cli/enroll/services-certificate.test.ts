import assert from "node:assert/strict";
import { digestOfAdmission } from "../../../../enrollment/admission-files";
import { SERVICE_FORM } from "../../../../systems/services/admission";
import { publicKeyFingerprint } from "../../../../x509";
import { FINGERPRINTS, G1, G2, makeLeafOfG2 } from "../../enrollment/make-admission";
import { keys } from "../../x509/make-keys";
import {
  admissionOf,
  certificateOf,
  memberSections,
  receive,
  requestOf,
  requestsOf,
  decisionsOf,
} from "./make-services";
import { P256, Project } from "./project";

describe("countersign enroll import of a service's certificate", () => {
  let project: Project;
  beforeEach(() => (project = new Project()));
  afterEach(() => project.remove());
  const judged = (...args: Parameters<Project["takeIn"]>) => decisionsOf(project, ...args);

  it("shows a CA that is not pinned, and where to pin it", () => {
    project.configure(memberSections());
    const subject = [
      ["O", "shop"],
      ["CN", "db"],
    ] as const;
    receive(
      project,
      "inbox",
      admissionOf("db", {
        certificate: makeLeafOfG2({ subject }),
        authorities: {
          g1: { state: "trusted", certificate: G1 },
          g2: { state: "signing", certificate: G2 },
        },
      }),
    );
    const [verdict] = project.takeIn(["inbox"]).verdicts;
    assert.deepEqual(verdict?.reasons, [
      `its CA, generation g2 (CN=Second CA, SHA-256 ${FINGERPRINTS.g2}), is not one that countersign:servicesSignedBy.trust lists: ask the stack that signs for the fingerprint over another channel, compare it, and add it there`,
    ]);
    assert.equal(
      verdict.proposal,
      `countersign:servicesSignedBy:
  trust:
    - ${FINGERPRINTS.g1}
    - ${FINGERPRINTS.g2} # g2, once you have compared it
`,
    );
    const own = { signedBy: { trust: [FINGERPRINTS.g1] } };
    project.configure(
      memberSections({}, { db: { namespace: "shop", server: { clients: "required" }, ...own } }),
    );
    assert.match(
      project.takeIn(["inbox"]).verdicts[0]?.proposal ?? "",
      /^countersign:services:\n {2}db:\n {4}signedBy:\n {6}trust:\n {8}- /,
    );
  });

  it("trusts at first use what was imported first for any of the services", () => {
    project.configure(memberSections({ trust: ["first-use"] }));
    receive(project, "inbox/db", admissionOf("db"));
    assert.equal(judged(["inbox"])[0]?.[1], "accepted");
    const certificate = makeLeafOfG2({
      subject: [
        ["O", "shop"],
        ["CN", "orders"],
      ],
    });
    receive(
      project,
      "inbox/orders",
      admissionOf("orders", {
        certificate,
        authorities: { g2: { state: "signing", certificate: G2 } },
      }),
    );
    const [verdict] = project.takeIn(["inbox/orders"]).verdicts;
    assert.match(
      verdict?.reasons.join() ?? "",
      /^its CA, generation g2 .* is not one that countersign:servicesSignedBy\.trust lists/,
    );
  });

  it("compares the key, and refuses to go back", () => {
    project.configure(memberSections());
    project.write("enrollments/db/request.pem", requestOf("db", { keys: keys("otherP256") }));
    receive(project, "inbox/db", admissionOf("db"));
    const other = publicKeyFingerprint(keys("otherP256").publicKey);
    assert.deepEqual(judged(["inbox"]), [
      [
        "service db",
        "refused",
        `it is for the key ${P256}, but enrollments/db/request.pem is for ${other}: it answers another request`,
      ],
    ]);
    assert.deepEqual(judged(["inbox"], { outputs: requestsOf("db", "orders") }), [
      ["service db", "accepted"],
    ]);
    project.write("enrollments/db/request.pem", requestOf("db"));
    const older = admissionOf("db", {
      certificate: certificateOf("db", { notBefore: "2024-01-01T00:00:00Z" }),
    });
    receive(project, "inbox/db", older);
    assert.match(
      String(judged(["inbox"])[0]?.[2]),
      /^its certificate is older than the one in use: .*: ask the stack that signs .*, and set countersign:services\.db\.signedBy\.accept to [0-9a-f]{64} if so$/,
    );
    const accept = digestOfAdmission(older, SERVICE_FORM);
    project.configure(
      memberSections(
        {},
        { db: { namespace: "shop", server: { clients: "required" }, signedBy: { accept } } },
      ),
    );
    assert.equal(judged(["inbox"])[0]?.[1], "accepted");
  });

  it("refuses foreign and incomplete files, and those that the stack does not read", () => {
    project.configure(memberSections());
    receive(project, "inbox/db", admissionOf("db"));
    project.write("inbox/orders/certificate.pem", certificateOf("orders"));
    assert.deepEqual(judged(["inbox"]).slice(1), [
      [
        "service orders",
        "refused",
        "authority.yaml of service orders is missing: take all files of one export",
      ],
    ]);
    receive(project, "strange/db", admissionOf("payments"));
    assert.deepEqual(judged(["strange"]), [
      [
        "service payments",
        "refused",
        "service payments is not under countersign:services in Pulumi.here.yaml",
      ],
    ]);
    receive(
      project,
      "strange/db",
      admissionOf("db", { certificate: certificateOf("db", { subject: [["O", "bank"]] }) }),
    );
    assert.equal(
      judged(["strange"])[0]?.[2],
      'its organization (O) is "bank", but the configuration expects "shop"',
    );
    project.configure(memberSections({ directory: undefined, stack: "a/b/ca" }));
    assert.deepEqual(
      judged(["inbox/db"])[0]?.[2],
      "countersign:servicesSignedBy.stack says that it comes from stack a/b/ca, so files would not be read: change that to countersign:servicesSignedBy.directory, or do not import them",
    );
    project.configure({ services: memberSections().services });
    assert.equal(
      judged(["inbox/db"])[0]?.[2],
      "this stack's own authority signs for service db; set countersign:services.db.signedBy if another stack should sign",
    );
  });

  it("refuses files that are cut off or hold a private key, with their path", () => {
    project.configure(memberSections());
    receive(project, "inbox/db", admissionOf("db"));
    project.write("inbox/db/trust.pem", G1.slice(0, 200));
    assert.throws(() => project.takeIn(["inbox"]), {
      name: "CannotCheck",
      message: /inbox\/db\/trust\.pem: a CERTIFICATE block without its END line/,
    });
    const key = keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    project.write("inbox/db/trust.pem", G1 + key);
    assert.throws(() => project.takeIn(["inbox"]), {
      name: "PrivateKeyFound",
      message: /inbox\/db\/trust\.pem holds a private key/,
    });
    assert.equal(project.has("enrollments"), false);
  });

  it("needs a signer and trust in the configuration, and lists every problem", () => {
    project.configure({
      services: memberSections(
        {},
        { db: { namespace: "shop", signedBy: { accept: FINGERPRINTS.g1 } } },
      ).services,
    });
    assert.throws(() => project.takeIn(["."]), {
      name: "ConfigError",
      message:
        /countersign:services\.db\.signedBy\.stack: is missing, [^]*countersign:services\.db\.signedBy\.trust: is missing/,
    });
  });
});
