import assert from "node:assert/strict";
import { checkRequest, publicKeyFingerprint, type Grant } from "../../../x509";
import { keys } from "./make-keys";
import { makeRequest } from "./make-request";

const fingerprint = (name: "p256" | "otherP256") => publicKeyFingerprint(keys(name).publicKey);
const check = (changes: Partial<Grant>) =>
  checkRequest(makeRequest(), {
    organization: "MyOrg1MSP",
    source: "enrollments.MyOrg1MSP",
    ...changes,
  }).violations;

describe("a pinned public key", () => {
  it("is the only one that is admitted", () => {
    assert.deepEqual(check({ publicKey: fingerprint("p256") }), []);
    const asked = `the key ${fingerprint("p256")}`;
    const granted = `only the key ${fingerprint("otherP256")}`;
    assert.deepEqual(check({ publicKey: fingerprint("otherP256") }), [
      {
        code: "key-pinned",
        asked,
        granted,
        message: `asks for ${asked}; enrollments.MyOrg1MSP grants ${granted}.`,
      },
    ]);
  });

  it("is compared literally, in lower-case hex", () => {
    const [violation] = check({ publicKey: fingerprint("p256").toUpperCase() });
    assert.equal(violation?.code, "key-pinned");
  });

  it("may still be refused, or be of a kind that is not granted", () => {
    const codes = check({
      publicKey: fingerprint("p256"),
      refusedKeys: { [fingerprint("p256")]: "MyOrg2MSP" },
      keyAlgorithms: ["ECDSA-P384"],
    }).map(({ code }) => code);
    assert.deepEqual(codes, ["key-algorithm", "key-refused"]);
  });

  it("is reported together with the key's other problems", () => {
    const codes = check({
      publicKey: fingerprint("otherP256"),
      refusedKeys: { [fingerprint("p256")]: "MyOrg2MSP" },
    }).map(({ code }) => code);
    assert.deepEqual(codes, ["key-pinned", "key-refused"]);
  });
});
