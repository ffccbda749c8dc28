import assert from "node:assert/strict";

import {
  RequestRefused,
  admitRequest,
  checkRequest,
  publicKeyFingerprint,
  type Grant,
} from "../../../x509";
import { BAD_EXTENSIONS } from "./bad-extensions";
import { BAD_KEYS } from "./bad-keys";
import type { BadRequest } from "./bad-request";
import { BAD_SUBJECTS } from "./bad-subjects";
import { BAD_TEXTS } from "./bad-texts";
import { keys } from "./make-keys";
import { makeRequest } from "./make-request";

function grant(): Grant {
  return {
    organization: "MyOrg1MSP",
    dnsNames: ["org-1.example.org"],
    refusedKeys: {
      [publicKeyFingerprint(keys("p384").publicKey)]: "CA generation g1",
      [publicKeyFingerprint(keys("otherP256").publicKey)]: "MyOrg2MSP",
    },
    source: "organizations.MyOrg1MSP",
  };
}

describe("the negative corpus of requests", () => {
  const corpus: Record<string, readonly BadRequest[]> = {
    subject: BAD_SUBJECTS,
    "names and extensions": BAD_EXTENSIONS,
    "key and signature": BAD_KEYS,
    "text and encoding": BAD_TEXTS,
  };
  for (const [title, rows] of Object.entries(corpus))
    describe(title, () => {
      for (const { name, codes, make } of rows)
        it(`refuses ${name}: ${codes.join(", ")}`, () => {
          const pem = make();
          const { violations } = checkRequest(pem, grant());
          const found = [...new Set(violations.map(({ code }) => code))].sort();
          assert.deepEqual(found, [...codes].sort());
          for (const { message } of violations) {
            assert.match(message, /^[ -~…]*$/, "only printable characters");
            assert.ok(message.length < 500, `${message.length} characters`);
          }
          assert.throws(
            () => admitRequest(pem, grant()),
            (error) =>
              error instanceof RequestRefused && error.message.includes("organizations.MyOrg1MSP"),
          );
        });
    });
  it("holds no row whose unchanged base would be refused", () => {
    assert.deepEqual(checkRequest(makeRequest(), grant()).violations, []);
  });
});
