import assert from "node:assert/strict";
import { Checklist } from "../../../verify/check";
import { checkLeaf } from "../../../verify/leaf-checks";
import { readCertificate } from "../../../x509";
import { makeCa, makeLeaf } from "../../unit/x509/make-certificate";

/** Returns the reports on the validity of the certificate and its CA, with the advice. */
function said(ca: string, at: string) {
  const list = new Checklist("MyOrg1MSP");
  checkLeaf(list, {
    ...{ what: "its certificate", certificatePem: makeLeaf(), keyPem: undefined, origin: "it" },
    ...{ roots: [readCertificate(ca)], purposes: ["clientAuth"], at: new Date(at) },
  });
  return list.checks
    .filter(({ code, ok }) => !ok && ["expiry", "ca-life"].includes(code))
    .map(({ code, message, todo = "" }) => [code, message, todo.slice(0, 19)]);
}

describe("the validity of a CA", () => {
  it("is not fixed by an update, and no update is advised", () => {
    assert.deepEqual(said(makeCa({ notBefore: "2025-08-01T00:00:00Z" }), "2025-06-01T00:00:00Z"), [
      [
        "ca-life",
        "CA CN=Test CA is valid only from 2025-08-01T00:00:00.000Z.",
        "Nothing renews a CA",
      ],
    ]);
    const expired = makeCa({ notAfter: "2025-05-01T00:00:00Z" });
    assert.deepEqual(
      said(expired, "2025-06-01T00:00:00Z").map(([code, , todo]) => [code, todo]),
      [["ca-life", "Nothing renews a CA"]],
    );
  });
});
