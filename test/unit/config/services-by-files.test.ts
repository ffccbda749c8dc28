import assert from "node:assert/strict";
import { load, problemsOf } from "./make-config";

const SIGNER = "organization/countersign/ca";
const SIGNED_BY = { stack: SIGNER, trust: ["first-use"] };
const HEX = "0123456789abcdef".repeat(4);
const DB = { namespace: "shop", server: { clients: "required" }, restarts: ["statefulset/db"] };
const AUTHORITY = {
  subject: { commonName: "Shared CA" },
  generations: { g1: { state: "signing", validity: "1y" } },
};
const GROUP = {
  requests: { stack: "organization/countersign/shop" },
  namespace: "shop",
  services: { db: {} },
};

/** Problems of a stack whose services another stack signs for. */
const member = (db: object, sections: object = { servicesSignedBy: SIGNED_BY }) =>
  problemsOf({ services: { db: { ...DB, ...db } }, ...sections });

/** Problems of a stack that signs for services of others. */
const signer = (group: object, sections: object = { authority: AUTHORITY }) =>
  problemsOf({ serviceEnrollments: { shop: { ...GROUP, ...group } }, ...sections });

describe("services that another stack signs for by files", () => {
  it("may have a directory with files instead of a stack, for all of them or for one", () => {
    const { services } = load({
      servicesSignedBy: { directory: "enrollments", trust: ["first-use"] },
      services: { db: { ...DB, signedBy: { directory: "other/", accept: HEX } }, cache: DB },
    });
    const of = (name: string) => {
      const issuance = services?.services.get(name)?.issuance;
      return issuance?.kind === "elsewhere" && [issuance.source, issuance.sourceKey];
    };
    assert.deepEqual(of("cache"), [{ directory: "enrollments" }, "servicesSignedBy"]);
    assert.deepEqual(of("db"), [{ directory: "other/" }, "services.db.signedBy"]);
  });

  it("are refused with both a stack and a directory, or with neither", () => {
    const advice =
      "needs the stack that signs or the directory with its files; write either stack or directory";
    const both = { ...SIGNED_BY, directory: "enrollments" };
    assert.deepEqual(member({}, { servicesSignedBy: both }), [`servicesSignedBy: ${advice}`]);
    assert.deepEqual(member({}, { servicesSignedBy: { trust: ["first-use"] } }), [
      `servicesSignedBy: ${advice}`,
    ]);
    assert.deepEqual(member({ signedBy: both }), [`services.db.signedBy: ${advice}`]);
    assert.deepEqual(member({ signedBy: { directory: 1 } }), [
      "services.db.signedBy.directory: found 1; must be a text",
    ]);
    assert.deepEqual(member({ signedBy: { directory: "" } }), [
      "services.db.signedBy.directory: found a text of 0 characters; must have at least 1 character",
    ]);
    assert.deepEqual(member({ signedBy: { file: "a" } }), [
      "services.db.signedBy.file: is not a known key; the known keys are stack, directory, trust, accept",
    ]);
  });
});

describe("services that a stack signs for by files", () => {
  it("may send their requests as files, each in a folder of its own", () => {
    const requests = { directory: "enrollments/shop" };
    const { services } = load({
      authority: AUTHORITY,
      serviceEnrollments: { shop: { ...GROUP, requests } },
    });
    assert.deepEqual(
      services?.enrollments.map((each) => each.requests),
      [requests],
    );
    const advice =
      "serviceEnrollments.shop.requests: needs the stack of the services or the directory with their requests; write either stack or directory";
    assert.deepEqual(signer({ requests: {} }), [advice]);
    assert.deepEqual(signer({ requests: { ...GROUP.requests, directory: "a" } }), [advice]);
    assert.deepEqual(signer({ requests: { file: "a" } }), [
      "serviceEnrollments.shop.requests.file: is not a known key; the known keys are stack, directory",
      advice,
    ]);
    const same = (directory: string) => ({ ...GROUP, requests: { directory } });
    assert.deepEqual(
      problemsOf({
        authority: AUTHORITY,
        serviceEnrollments: { again: same("./requests/"), shop: same("requests") },
      }),
      [
        "serviceEnrollments.shop.services.db: is also under serviceEnrollments.again.services, for the same directory requests; remove one of them",
      ],
    );
  });
});
