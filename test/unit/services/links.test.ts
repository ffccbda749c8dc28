import assert from "node:assert/strict";
import { links } from "../../../systems/services/links";
import { makeRequest } from "../x509/make-request";
import { makeDnsNames } from "../x509/make-names";

const SIGNER = "organization/countersign/ca";
const DB = { namespace: "shop", server: { clients: "required" }, restarts: ["statefulset/db"] };
const NAMES = ["db", "db.shop", "db.shop.svc", "db.shop.svc.cluster.local"];

const config = (db: object = {}, sections: object = {}) => ({
  "countersign:services": { db: { ...DB, ...db } },
  "countersign:servicesSignedBy": { stack: SIGNER, trust: ["first-use"] },
  ...sections,
});
const published = (request: string, key = "k1") =>
  links.published({ serviceRequests: { format: 1, services: { db: { request, key } } } });
const REQUEST = makeRequest({
  subject: [
    ["O", "shop"],
    ["CN", "db"],
  ],
  extensions: [makeDnsNames(...NAMES)],
});

/** Whether a stack with these services has published the request that it needs. */
function hasPublished(db: object, sections: object = {}): boolean {
  const [wanted] = links.signed(config(db, sections));
  assert.equal(wanted?.party, "service db");
  return published(REQUEST).get("service db") === wanted.key;
}

describe("the links of services' stacks", () => {
  it("name the stack that signs for each service", () => {
    const other = { stack: "organization/countersign/other", trust: ["first-use"] };
    const signers = (db: object, sections = {}) =>
      links.signed(config(db, sections)).map(({ party, signer }) => [party, signer]);
    assert.deepEqual(signers({}), [["service db", SIGNER]]);
    assert.deepEqual(signers({ signedBy: other }), [["service db", other.stack]]);
    assert.deepEqual(signers({ signedBy: { accept: "00" } }), [["service db", SIGNER]]);
    assert.deepEqual(signers({}, { "countersign:servicesSignedBy": undefined }), []);
  });

  it("name the stacks whose requests are signed", () => {
    const requests = (stack: string) => ({ requests: { stack }, services: { db: {} } });
    const groups = { one: requests("a/b/c"), two: requests("a/b/d"), broken: 5 };
    assert.deepEqual(links.requestsFrom({ "countersign:serviceEnrollments": groups }), [
      "a/b/c",
      "a/b/d",
    ]);
    assert.deepEqual(links.requestsFrom({}), []);
  });

  it("know a published request by its key and its names", () => {
    assert.equal(hasPublished({}), true);
    assert.equal(hasPublished({ certificate: { keys: ["k1", "k2"] } }), false);
    assert.equal(hasPublished({ certificate: { dnsNames: ["db.example.org"] } }), false);
    assert.equal(hasPublished({ certificate: { organization: "Shop" } }), false);
    assert.equal(hasPublished({}, { "countersign:clusterDomain": "k8s.example" }), false);
    assert.equal(hasPublished({ restarts: ["deployment/db"] }), true);
  });

  it("do not depend on secrets", () => {
    const secure = { secure: "v1:…" };
    const form = { form: "pkcs12", storePassword: secure };
    assert.equal(hasPublished({ files: form }), true);
    const [wanted] = links.signed(config({ certificate: { key: secure } }));
    assert.equal(published(REQUEST, "existing").get("service db"), wanted?.key);
  });

  it("have a new request made if it is not known what the services ask for", () => {
    assert.equal(hasPublished({ namespace: 5 }), false);
    assert.equal(published("hello").get("service db"), "k1 unreadable");
  });

  it("ignore what is invalid, which the program reports", () => {
    for (const value of [undefined, null, 5, "x", [], { db: 5 }])
      assert.deepEqual(links.published({ serviceRequests: value }), new Map());
    assert.deepEqual(links.signed({ "countersign:services": 5 }), []);
    assert.deepEqual(
      links.signed({ "countersign:services": { db: 5 }, "countersign:servicesSignedBy": {} }),
      [{ party: "service db", signer: undefined, key: "k1 for unknown names" }],
    );
  });
});
