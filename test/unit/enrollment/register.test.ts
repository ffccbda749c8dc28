import assert from "node:assert/strict";
import { makeLeaf } from "../x509/make-certificate";
import {
  NO_FILE,
  ONE,
  TWO,
  applies,
  decide,
  fingerprint,
  heldBy,
  here,
  holds,
  readmission,
  refusal,
  request,
} from "./applications";

describe("the register", () => {
  const pinnedBack = { publicKey: fingerprint("p256") };
  const rounds = () => {
    const enrolled = decide({ MyOrg1MSP: applies(here(ONE)), MyOrg2MSP: applies(here(TWO)) });
    const removed = decide({ MyOrg2MSP: applies(here(TWO)) }, enrolled.register);
    return { enrolled, removed };
  };

  it("remembers keys of removed organizations as withdrawn, and forgets their requests", () => {
    const { removed } = rounds();
    assert.deepEqual(removed.register, {
      requests: { MyOrg2MSP: TWO },
      keys: {
        [fingerprint("p256")]: holds("MyOrg1MSP", true),
        [fingerprint("otherP256")]: holds("MyOrg2MSP"),
      },
    });
    const { register } = decide({}, removed.register);
    assert.deepEqual(register, {
      requests: {},
      keys: {
        [fingerprint("p256")]: holds("MyOrg1MSP", true),
        [fingerprint("otherP256")]: holds("MyOrg2MSP", true),
      },
    });
  });

  it("refuses the old request of a removed organization, and says how to readmit the key", () => {
    const { removed } = rounds();
    const replay = { MyOrg1MSP: applies(here(ONE)), MyOrg2MSP: applies(here(TWO)) };
    assert.throws(
      () => decide(replay, removed.register),
      refusal(
        heldBy("MyOrg1MSP", "p256", "MyOrg1MSP until it was removed") +
          readmission("MyOrg1MSP", "p256"),
      ),
    );
  });

  it("refuses the key of a removed organization to everybody else, pinned or not", () => {
    const { removed } = rounds();
    const taken = applies(here(request("MyOrg2MSP", "p256")), pinnedBack);
    assert.throws(
      () => decide({ MyOrg2MSP: taken }, removed.register),
      refusal(heldBy("MyOrg2MSP", "p256", "MyOrg1MSP")),
    );
  });

  it("lets a removed organization return with a new key; the old one stays withdrawn", () => {
    const { removed } = rounds();
    const back = request("MyOrg1MSP", "p384");
    const { register } = decide({ MyOrg1MSP: applies(here(back)) }, removed.register);
    assert.deepEqual(register.keys, {
      [fingerprint("p256")]: holds("MyOrg1MSP", true),
      [fingerprint("otherP256")]: holds("MyOrg2MSP", true),
      [fingerprint("p384")]: holds("MyOrg1MSP"),
    });
    assert.throws(
      () => decide({ MyOrg1MSP: applies(here(ONE)) }, register),
      refusal(
        heldBy("MyOrg1MSP", "p256", "MyOrg1MSP until it was removed") +
          readmission("MyOrg1MSP", "p256"),
      ),
    );
  });

  it("lets a removed organization return with the pinned key, which then needs no pin", () => {
    const { removed } = rounds();
    const { register } = decide(
      { MyOrg1MSP: applies(here(ONE), pinnedBack), MyOrg2MSP: applies(here(TWO)) },
      removed.register,
    );
    assert.deepEqual(register.keys[fingerprint("p256")], holds("MyOrg1MSP"));
    const { admitted } = decide({ MyOrg1MSP: applies(here(ONE)) }, register);
    assert.deepEqual(Object.keys(admitted), ["MyOrg1MSP"]);
  });

  it("does not readmit a key because of its certificate, or while its holder waits", () => {
    const { removed } = rounds();
    const back = { MyOrg1MSP: applies(NO_FILE, { existing: makeLeaf() }) };
    const { waiting, register } = decide(back, removed.register);
    assert.deepEqual(Object.entries(waiting), [["MyOrg1MSP", NO_FILE.reason]]);
    assert.deepEqual(register.keys[fingerprint("p256")], holds("MyOrg1MSP", true));
  });

  it("remembers the former keys of an organization, and refuses them unless pinned", () => {
    const { register: first } = decide({ MyOrg1MSP: applies(here(ONE)) });
    const next = request("MyOrg1MSP", "p384");
    const { register: second } = decide({ MyOrg1MSP: applies(here(next)) }, first);
    assert.deepEqual(second, {
      requests: { MyOrg1MSP: next },
      keys: {
        [fingerprint("p256")]: holds("MyOrg1MSP"),
        [fingerprint("p384")]: holds("MyOrg1MSP"),
      },
    });
    assert.throws(
      () => decide({ MyOrg1MSP: applies(here(ONE)) }, second),
      refusal(
        heldBy("MyOrg1MSP", "p256", "MyOrg1MSP until another key took its place") +
          readmission("MyOrg1MSP", "p256"),
      ),
    );
    const back = { MyOrg1MSP: applies(here(ONE), pinnedBack) };
    const { admitted, register: third } = decide(back, second);
    assert.equal(admitted.MyOrg1MSP?.pem, ONE);
    // The pin is needed only once: now the other key is the replaced one.
    assert.deepEqual(Object.keys(decide({ MyOrg1MSP: applies(here(ONE)) }, third).admitted), [
      "MyOrg1MSP",
    ]);
    assert.throws(
      () => decide({ MyOrg1MSP: applies(here(next)) }, third),
      refusal(
        heldBy("MyOrg1MSP", "p384", "MyOrg1MSP until another key took its place") +
          readmission("MyOrg1MSP", "p384"),
      ),
    );
  });

  it("keeps the request that was signed last, whatever keys there were", () => {
    const { register: first } = decide({ MyOrg1MSP: applies(here(ONE)) });
    const next = request("MyOrg1MSP", "p384");
    const { register: second } = decide({ MyOrg1MSP: applies(here(next)) }, first);
    const { admitted } = decide({ MyOrg1MSP: applies(NO_FILE) }, second);
    assert.equal(admitted.MyOrg1MSP?.pem, next);
    // The same request with another signature, as an organization may write it again.
    const again = decide({ MyOrg1MSP: applies(here(request("MyOrg1MSP", "p384"))) }, second);
    assert.deepEqual(Object.keys(again.admitted), ["MyOrg1MSP"]);
  });
});
