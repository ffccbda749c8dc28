import assert from "node:assert/strict";
import { importJson } from "../../../../cli/enroll/screen";
import { admissionInDirectory, requestInFile } from "../../../../enrollment/files";
import { SERVICE_FORM } from "../../../../systems/services/admission";
import { G1 } from "../../enrollment/make-admission";
import { makeAlternativeNames } from "../../x509/make-names";
import {
  admissionsOf,
  exportTo,
  memberSections,
  requestOf,
  requestsOf,
  signerSections,
  decisionsOf,
} from "./make-services";
import { P256, Project } from "./project";

describe("countersign enroll with services", () => {
  let project: Project;
  beforeEach(() => (project = new Project()));
  afterEach(() => project.remove());
  const judged = (...args: Parameters<Project["takeIn"]>) => decisionsOf(project, ...args);

  it("carries requests to the stack that signs, and certificates back", () => {
    const signer = new Project();
    project.configure(memberSections());
    signer.configure(signerSections());

    const outputs = requestsOf("db", "orders");
    exportTo(project, outputs);
    for (const name of ["db", "orders"])
      signer.write(`mail/${name}/request.pem`, project.read(`enrollments/${name}/request.pem`));
    const { saved } = signer.takeIn(["mail"]);
    assert.deepEqual(
      saved.map(({ path }) => path),
      ["enrollments/shop/db/request.pem", "enrollments/shop/orders/request.pem"],
    );
    assert.deepEqual(requestInFile(signer.path("enrollments/shop/db/request.pem")), {
      kind: "here",
      value: outputs.serviceRequests.services.db?.request,
    });

    const exported = exportTo(signer, admissionsOf("shop/db", "shop/orders"));
    for (const { path } of exported.flatMap(({ files }) => files))
      project.write(path.replace("enrollments/shop", "mail"), signer.read(path));
    project.takeIn(["mail"]);
    const taken = admissionInDirectory(project.path("enrollments/db"), "service db", SERVICE_FORM);
    assert.ok(taken.kind === "here");
    assert.deepEqual(taken.value.authorities, { g1: { state: "signing", certificate: G1 } });

    // In a folder that both sides share, each side imports its own files and leaves the others as they are.
    for (const name of ["db", "orders"])
      project.write(`shared/shop/${name}/request.pem`, requestOf(name));
    for (const { path } of exported.flatMap(({ files }) => files))
      project.write(path.replace("enrollments", "shared"), signer.read(path));
    const shared = { directory: "shared/shop" };
    for (const sections of [memberSections(shared), signerSections({ requests: shared })]) {
      project.configure(sections);
      const outcome = project.takeIn(["shared"]);
      assert.deepEqual(new Set(outcome.saved.map(({ state }) => state)), new Set(["unchanged"]));
      assert.deepEqual(
        new Set(outcome.verdicts.map(({ decision }) => decision)),
        new Set(["accepted", "ignored"]),
      );
    }
    signer.remove();
  });

  it("serves a stack that also has organizations", () => {
    const organization = { request: { file: "enrollments/MyOrg1MSP/request.pem" } };
    project.configure({
      ...signerSections(),
      enrollments: {
        MyOrg1MSP: organization,
        shop: { request: { file: "enrollments/O/request.pem" } },
      },
    });
    project.write(
      "inbox/a.pem",
      requestOf("db", {
        subject: [
          ["O", "MyOrg1MSP"],
          ["CN", "a"],
        ],
      }),
    );
    assert.match(String(judged(["inbox"])[0]), /^MyOrg1MSP,refused,asks for DNS name "db"/);
    project.write(
      "inbox/a.pem",
      requestOf("orders", {
        subject: [
          ["O", "MyOrg1MSP"],
          ["CN", "a"],
        ],
      }),
    );
    assert.deepEqual(judged(["inbox"]), [["MyOrg1MSP", "accepted"]]);
  });
});

describe("countersign enroll import of a service's request", () => {
  let project: Project;
  beforeEach(() => (project = new Project()));
  afterEach(() => project.remove());
  const judged = (...args: Parameters<Project["takeIn"]>) => decisionsOf(project, ...args);

  it("finds the service by what it is granted, and shows both", () => {
    project.configure(
      signerSections({
        services: { db: { role: "server", ipAddresses: ["192.0.2.7"], uris: ["spiffe://a"] } },
      }),
    );
    project.write("inbox/any.csr", requestOf("db"));
    const screen = project.screen(["inbox"]);
    assert.match(screen, /^request of service shop\/db \(inbox\/any\.csr\)\n/);
    assert.match(screen, /granted by serviceEnrollments\.shop\.services\.db\n/);
    assert.match(screen, /√ common name +db +db\n/);
    assert.match(screen, /√ IP addresses +none +192\.0\.2\.7\n/);
    assert.match(screen, /√ URIs +none +spiffe:\/\/a\n/);
    assert.match(screen, /√ enrollments\/shop\/db\/request\.pem: written\n/);
    const [found] = (
      JSON.parse(importJson(project.takeIn(["inbox"]))) as { found: { party: string }[] }
    ).found;
    assert.equal(found?.party, "service shop/db");
  });

  it("refuses what is not granted, with the reasons of the service in whose folder it is", () => {
    project.configure(signerSections());
    const more = makeAlternativeNames({ dNSName: "db" }, { dNSName: "bank.example" });
    project.write("inbox/any.csr", requestOf("db", { extensions: [more] }));
    assert.deepEqual(judged(["inbox"]), [
      [
        "service shop/db",
        "refused",
        'asks for DNS name "bank.example"; serviceEnrollments.shop.services.db grants "db", "db.shop", "db.shop.svc" and 1 more.',
      ],
    ]);
    assert.equal(project.has("enrollments"), false);
    project.write("mail/orders/request.pem", requestOf("admin"));
    assert.deepEqual(judged(["mail"]), [
      [
        "service shop/orders",
        "refused",
        'asks for common name (CN) "admin"; serviceEnrollments.shop.services.orders grants only "orders".',
      ],
    ]);
  });

  it("tells services of two groups apart by the folder of the group", () => {
    const live = {
      ...signerSections().serviceEnrollments.shop,
      requests: { directory: "enrollments/live" },
    };
    project.configure(signerSections({}, { live }));
    project.write("mail/db.pem", requestOf("db"));
    assert.deepEqual(judged(["mail"]), [
      [
        undefined,
        "refused",
        "it may be that of service live/db or of service shop/db: give it in a folder <group>/<service>, as it is exported",
      ],
    ]);
    const organization = { request: { file: "enrollments/MyOrg1MSP/request.pem" } };
    const both = { ...signerSections({}, { live }), enrollments: { MyOrg1MSP: organization } };
    project.configure(both);
    assert.match(
      judged(["mail"])[0]?.[2] ?? "",
      /^it may be that of service live\/db or of service shop\/db/,
      "in a stack that also has organizations",
    );
    project.write("mail/live/db/request.pem", requestOf("db"));
    assert.deepEqual(judged(["mail/live"]), [["service live/db", "accepted"]]);
    assert.ok(project.has("enrollments/live/db/request.pem"));
  });

  it("shows a configuration for one that is not listed, as far as it could be granted", () => {
    project.configure(signerSections());
    project.write("mail/cart/request.pem", requestOf("cart"));
    assert.equal(
      project.screen(["mail"]).replace(/^[^]*?  ×/, "  ×"),
      `  × no service under countersign:serviceEnrollments in Pulumi.here.yaml is granted organization (O) "shop" and common name (CN) "cart"

  If this is what you want, and you have confirmed it with its owner over another channel:

    countersign:serviceEnrollments:
      shop:
        services:
          cart:
            organization: shop
            role: client
            publicKey: ${P256}

1 refusal: nothing was written.
`,
    );
    const odd = [
      ["O", "Bank AG"],
      ["CN", "payments_role"],
    ] as const;
    project.write("mail/cart/request.pem", requestOf("db", { subject: odd }));
    const [verdict] = project.takeIn(["mail"]).verdicts;
    assert.match(
      verdict?.proposal ?? "",
      /^countersign:serviceEnrollments:\n {2}mail:\n {4}requests:\n {6}directory: enrollments\/mail\n {4}services:\n {6}cart:\n {8}organization: Bank AG\n {8}commonName: payments_role\n {8}dnsNames:\n {10}- db\n/,
    );
    project.write(
      "mail/cart/request.pem",
      requestOf("db", {
        subject: [
          ["O", "B\u0430nk"],
          ["CN", "x"],
        ],
      }),
    );
    assert.equal(project.takeIn(["mail"]).verdicts[0]?.proposal, undefined);
  });

  it("refuses files that the stack would not read, and ignores those of its own services", () => {
    project.configure(signerSections({ requests: { stack: "a/b/shop" } }));
    project.write("mail/db.pem", requestOf("db"));
    assert.deepEqual(judged(["mail"]), [
      [
        "service shop/db",
        "refused",
        "countersign:serviceEnrollments.shop.requests.stack says that it comes from stack a/b/shop, so a file would not be read: change that to countersign:serviceEnrollments.shop.requests.directory, or do not import it",
      ],
    ]);
    project.configure(memberSections());
    assert.deepEqual(judged(["mail"]), [
      [
        "service db",
        "ignored",
        "it is for the stack that signs: another stack signs for service db",
      ],
    ]);
  });
});
