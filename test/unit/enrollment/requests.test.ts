import assert from "node:assert/strict";
import { termsOf } from "../../../systems/substra/enrollments";
import { makeLeaf } from "../x509/make-certificate";
import { makeDnsNames } from "../x509/make-names";
import { makeRequest } from "../x509/make-request";
import {
  NEW,
  NO_FILE,
  ONE,
  TERMS,
  TWO,
  applies,
  decide,
  fingerprint,
  heldBy,
  here,
  holds,
  refusal,
  request,
} from "./applications";

describe("the terms of an organization", () => {
  const own = { dnsNames: [], keyAlgorithms: [...(TERMS.keyAlgorithms ?? [])] };

  it("grant its MSP ID, and what its enrollment names", () => {
    assert.deepEqual(termsOf("MyOrg1MSP", { terms: own }), {
      organization: "MyOrg1MSP",
      dnsNames: [],
      keyAlgorithms: ["ECDSA-P256", "ECDSA-P384"],
      source: "enrollments.MyOrg1MSP",
    });
    const terms = { ...own, commonName: "a.example", dnsNames: ["b.example"], publicKey: "00" };
    assert.deepEqual(termsOf("MyOrg1MSP", { terms }), {
      organization: "MyOrg1MSP",
      commonName: "a.example",
      dnsNames: ["b.example"],
      keyAlgorithms: ["ECDSA-P256", "ECDSA-P384"],
      publicKey: "00",
      source: "enrollments.MyOrg1MSP",
    });
  });
});

describe("requests of other stacks", () => {
  it("are admitted, in canonical form, and remembered with their keys", () => {
    const { admitted, waiting, warnings, register } = decide({
      MyOrg1MSP: applies(here(ONE.replaceAll("\n", "\r\n"))),
      MyOrg2MSP: applies(here(TWO)),
    });
    assert.deepEqual(
      Object.entries(admitted).map(([mspId, { pem, grant }]) => [mspId, pem, grant.refusedKeys]),
      [
        ["MyOrg1MSP", ONE, { [fingerprint("otherP256")]: "MyOrg2MSP" }],
        ["MyOrg2MSP", TWO, { [fingerprint("p256")]: "MyOrg1MSP" }],
      ],
    );
    assert.deepEqual([waiting, warnings], [{}, []]);
    assert.deepEqual(register, {
      requests: { MyOrg1MSP: ONE, MyOrg2MSP: TWO },
      keys: {
        [fingerprint("p256")]: holds("MyOrg1MSP"),
        [fingerprint("otherP256")]: holds("MyOrg2MSP"),
      },
    });
    const sorted = Object.keys(register.keys).sort();
    assert.deepEqual(Object.keys(register.keys), sorted);
  });

  it("are waited for, without delaying others", () => {
    const { admitted, waiting, register } = decide({
      MyOrg1MSP: applies(NO_FILE),
      constructor: applies(NO_FILE),
      MyOrg2MSP: applies(here(TWO)),
    });
    assert.deepEqual(Object.keys(admitted), ["MyOrg2MSP"]);
    assert.deepEqual(Object.entries(waiting), [
      ["MyOrg1MSP", NO_FILE.reason],
      ["constructor", NO_FILE.reason],
    ]);
    assert.deepEqual(register.requests, { MyOrg2MSP: TWO });
  });

  it("stay in force if they cannot be read again", () => {
    const { register: before } = decide({ MyOrg1MSP: applies(here(ONE)) });
    const { admitted, waiting, warnings, register } = decide(
      { MyOrg1MSP: applies(NO_FILE) },
      before,
    );
    assert.equal(admitted.MyOrg1MSP?.pem, ONE);
    assert.deepEqual(waiting, {});
    assert.deepEqual(warnings, [
      `${NO_FILE.reason}: the request of MyOrg1MSP that was signed before stays in force`,
    ]);
    assert.deepEqual(register, before);
  });

  it("are checked against today's terms, even if they are remembered", () => {
    const { register } = decide({ MyOrg1MSP: applies(here(ONE)) });
    const stricter = { MyOrg1MSP: applies(NO_FILE, { keyAlgorithms: ["ECDSA-P384"] }) };
    assert.throws(
      () => decide(stricter, register),
      refusal(
        "the request of MyOrg1MSP asks for a key of kind ECDSA-P256; enrollments.MyOrg1MSP grants ECDSA-P384.",
      ),
    );
  });

  it("are refused all at once, with every reason", () => {
    const beyond = makeRequest({
      subject: [["O", "MyOrg2MSP"]],
      extensions: [makeDnsNames("a.example")],
    });
    assert.throws(
      () =>
        decide({
          MyOrg1MSP: applies(here(beyond)),
          MyOrg2MSP: applies(here("hello")),
          MyOrg3MSP: applies(here(request("MyOrg3MSP", "p384"))),
        }),
      refusal(
        'the request of MyOrg1MSP asks for organization (O) "MyOrg2MSP"; enrollments.MyOrg1MSP grants exactly "MyOrg1MSP".',
        'the request of MyOrg1MSP asks for DNS name "a.example"; enrollments.MyOrg1MSP grants nothing.',
        "the certificate request of enrollments.MyOrg2MSP holds no PEM block: it should begin with a line `-----BEGIN …-----`.",
      ),
    );
  });
});

describe("the key of a request", () => {
  it("must be the pinned one", () => {
    const pinned = (publicKey: string) => ({ MyOrg1MSP: applies(here(ONE), { publicKey }) });
    assert.equal(Object.keys(decide(pinned(fingerprint("p256"))).admitted).length, 1);
    assert.throws(
      () => decide(pinned(fingerprint("p384"))),
      refusal(
        `the request of MyOrg1MSP asks for the key ${fingerprint("p256")}; enrollments.MyOrg1MSP grants only the key ${fingerprint("p384")}.`,
      ),
    );
  });

  it("must not be that of a party of this stack", () => {
    const own = { [fingerprint("p256")]: "orchestrator" };
    assert.throws(
      () => decide({ MyOrg1MSP: applies(here(ONE)) }, NEW, own),
      refusal(heldBy("MyOrg1MSP", "p256", "orchestrator")),
    );
  });

  it("may be the one that the organization had in this stack, before it moved to its own", () => {
    const own = { [fingerprint("p256")]: "MyOrg1MSP" };
    assert.equal(
      Object.keys(decide({ MyOrg1MSP: applies(here(ONE)) }, NEW, own).admitted).length,
      1,
    );
  });

  it("must not be that of two newcomers, both of which are refused", () => {
    const same = request("MyOrg2MSP", "p256");
    assert.throws(
      () => decide({ MyOrg1MSP: applies(here(ONE)), MyOrg2MSP: applies(here(same)) }),
      refusal(heldBy("MyOrg1MSP", "p256", "MyOrg2MSP"), heldBy("MyOrg2MSP", "p256", "MyOrg1MSP")),
    );
  });

  it("stays with its previous holder, and only the newcomer is refused", () => {
    const { register } = decide({ MyOrg1MSP: applies(here(ONE)) });
    const same = applies(here(request("MyOrg2MSP", "p256")), { publicKey: fingerprint("p256") });
    for (const first of [applies(here(ONE)), applies(NO_FILE)]) {
      assert.throws(
        () => decide({ MyOrg1MSP: first, MyOrg2MSP: same }, register),
        refusal(heldBy("MyOrg2MSP", "p256", "MyOrg1MSP")),
      );
    }
  });

  it("must not be that of another organization's certificate, even while that one waits", () => {
    const existing = makeLeaf();
    const same = request("MyOrg2MSP", "p256");
    assert.throws(
      () =>
        decide({
          MyOrg1MSP: applies(NO_FILE, { existing }),
          MyOrg2MSP: applies(here(same)),
        }),
      refusal(heldBy("MyOrg2MSP", "p256", "MyOrg1MSP")),
    );
    const { register } = decide({ MyOrg1MSP: applies(NO_FILE, { existing }) });
    assert.deepEqual(register, {
      requests: {},
      keys: { [fingerprint("p256")]: holds("MyOrg1MSP") },
    });
    // Its own request may be for that key, or for another.
    const both = decide({
      MyOrg1MSP: applies(here(request("MyOrg1MSP", "p384")), { existing }),
    });
    assert.deepEqual(both.register.keys, {
      [fingerprint("p256")]: holds("MyOrg1MSP"),
      [fingerprint("p384")]: holds("MyOrg1MSP"),
    });
  });
});
