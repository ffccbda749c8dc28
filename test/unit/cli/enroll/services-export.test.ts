import assert from "node:assert/strict";
import { exportJson, exportText } from "../../../../cli/enroll/export-command";
import { readCertificate, readCertificateRequest } from "../../../../x509";
import { FINGERPRINTS, G1 } from "../../enrollment/make-admission";
import { keys } from "../../x509/make-keys";
import { DB_NAMES, admissionsOf, exportTo, requestOf, requestsOf } from "./make-services";
import { P256, Project } from "./project";

describe("countersign enroll export of services", () => {
  let project: Project;
  beforeEach(() => (project = new Project()));
  afterEach(() => project.remove());

  it("writes the request of each service to a folder of its own, and shows what it requests", () => {
    const outputs = requestsOf("orders", "db");
    const saved = exportTo(project, outputs);
    const request = project.read("enrollments/db/request.pem");
    assert.equal(request, outputs.serviceRequests.services.db?.request);
    const { fingerprint } = readCertificateRequest(request);
    const [db] = exportText(saved).split("\n\n");
    assert.equal(
      db,
      `request of service db
  subject      O=shop, CN=db
  SANs         ${DB_NAMES.join(", ")}
  key          ECDSA-P256
  public key   SHA-256 ${P256}
  fingerprint  SHA-256 ${fingerprint}
  √ enrollments/db/request.pem: written`,
    );
    assert.deepEqual(
      (JSON.parse(exportJson(saved, "here")) as { exported: { party: string }[] }).exported.map(
        ({ party }) => party,
      ),
      ["service db", "service orders"],
    );
  });

  it("writes the answers below the folder of their group, and shows them", () => {
    const outputs = admissionsOf("shop/db", "shop/orders", "organization/countersign/cart/db");
    const saved = exportTo(project, outputs, { wanted: ["shop/db"] });
    assert.equal(project.has("enrollments/shop/orders"), false);
    const certificate = project.read("enrollments/shop/db/certificate.pem");
    assert.equal(project.read("enrollments/shop/db/trust.pem"), G1);
    assert.equal(
      project.read("enrollments/shop/db/authority.yaml"),
      `format: 1
party: service db
authorities:
  g1:
    state: signing
    fingerprint: ${FINGERPRINTS.g1}
`,
    );
    assert.equal(
      exportText(saved),
      `admission of service shop/db
  subject      O=shop, CN=db
  SANs         none
  key          ECDSA-P256
  public key   SHA-256 ${P256}
  fingerprint  SHA-256 ${readCertificate(certificate).fingerprint}
  issuer       CN=Test CA
  valid        2025-01-01T00:00:00Z to 2026-01-01T00:00:00Z
  CA g1        signing, until 2030-12-31T00:00:00Z, CN=Test CA
               SHA-256 ${FINGERPRINTS.g1}
  √ enrollments/shop/db/certificate.pem: written
  √ enrollments/shop/db/trust.pem: written
  √ enrollments/shop/db/authority.yaml: written
`,
    );
    const again = exportTo(project, outputs).map(({ title, files }) => [title, files[0]?.state]);
    assert.deepEqual(again, [
      ["service cart/db", "written"],
      ["service shop/db", "unchanged"],
      ["service shop/orders", "written"],
    ]);
  });

  const one = (entry: string) => ({
    serviceRequests: { format: 1, services: { [entry]: { request: requestOf("db"), key: "k1" } } },
  });
  const unreadable: [string, object, string[], string][] = [
    [
      "nothing published",
      { services: {} },
      [],
      "stack a/b/here publishes no request and no certificate for another stack: a stack of services does once it has servicesSignedBy, and the one that signs once it has serviceEnrollments; run `pulumi up` first",
    ],
    [
      "nothing for the wanted service",
      requestsOf("db"),
      ["orders"],
      'stack a/b/here publishes nothing for "orders", only for "db"',
    ],
    [
      "a name that leads elsewhere",
      one("../../etc"),
      [],
      'stack a/b/here: service "../../etc" has a name that cannot be that of a folder',
    ],
    [
      "stacks of one name in two projects",
      admissionsOf("organization/shop/dev/db", "organization/cart/dev/db"),
      [],
      "stack a/b/here publishes two parties with the file enrollments/dev/db/certificate.pem",
    ],
  ];
  for (const [what, outputs, wanted, message] of unreadable)
    it(`fails with ${what}`, () => {
      assert.throws(() => exportTo(project, outputs, { wanted }), { name: "CannotCheck", message });
      assert.equal(project.has("enrollments"), false);
    });

  it("refuses a private key", () => {
    const key = keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const services = { db: { request: requestOf("db") + key, key: "k1" } };
    assert.throws(() => exportTo(project, { serviceRequests: { format: 1, services } }), {
      name: "PrivateKeyFound",
    });
    assert.equal(project.has("enrollments"), false);
  });
});
