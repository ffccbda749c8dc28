import assert from "node:assert/strict";
import { missing, type Received } from "../../../enrollment/documents";
import {
  NO_MEMORY,
  decideStanding,
  type Member,
  type MemberMemory,
} from "../../../enrollment/standing";
import {
  expectedOf,
  endpointSetbacks,
  type SubstraAdmission,
} from "../../../systems/substra/admission";
import { makeLeaf } from "../x509/make-certificate";
import { keys } from "../x509/make-keys";
import { makeRequest } from "../x509/make-request";
import { AT, FINGERPRINTS, G1, G2, makeAdmission, makeLeafOfG2 } from "./make-admission";

type Party = Member<SubstraAdmission>;
type Memory = MemberMemory<SubstraAdmission>;

const ORIGIN = "stack a/b/consortium";
const NOTHING = missing(`${ORIGIN} publishes no certificate for MyOrg1MSP`);

/** Key k1 is `p256`, k2 is `otherP256`. */
const REQUESTS = { k1: makeRequest(), k2: makeRequest({ keys: keys("otherP256") }) };
const FOR_K1 = makeAdmission();
const FOR_K2 = makeAdmission({ certificate: makeLeaf({ keys: keys("otherP256") }) });
const FOR_OTHERS = makeAdmission({ certificate: makeLeaf({ keys: keys("p384") }) });

const member = (names: string[] = ["k1"], changes: Partial<Party> = {}): Party => ({
  ...expectedOf("MyOrg1MSP"),
  keys: { names, algorithm: "ECDSA-P256" },
  trust: { fingerprints: [FINGERPRINTS.g1], firstUse: false },
  furtherSetbacks: endpointSetbacks({ orchestrator: {} }),
  ...changes,
});
const here = (value: SubstraAdmission): Received<SubstraAdmission> => ({ kind: "here", value });
const decide = (who: Party, admission: Received<SubstraAdmission>, memory: Memory, at = AT) => {
  const { accepted, waiting, warnings } = decideStanding(
    who,
    { origin: ORIGIN, admission },
    memory,
    at,
  );
  return { key: accepted?.key, admission: accepted?.admission, waiting, warnings };
};

describe("the standing of an organization", () => {
  const elsewhere = (names: string) =>
    `the certificate of MyOrg1MSP from ${ORIGIN} is for none of its keys (${names})`;
  const goesOn = (reason: string) =>
    `${reason}: MyOrg1MSP keeps using the certificate that it accepted before`;

  it("waits while nothing is received", () => {
    assert.deepEqual(decide(member(), NOTHING, NO_MEMORY), {
      key: undefined,
      admission: undefined,
      waiting: NOTHING.reason,
      warnings: [],
    });
  });

  it("waits for a certificate of its own key", () => {
    const waits = (names: string) => ({
      key: undefined,
      admission: undefined,
      waiting: elsewhere(names),
      warnings: [],
    });
    assert.deepEqual(decide(member(), here(FOR_K1), NO_MEMORY), waits("none yet"));
    const memory = { requests: { k1: REQUESTS.k1 } };
    assert.deepEqual(decide(member(), here(FOR_OTHERS), memory), waits("k1"));
  });

  it("deploys what was received for its key", () => {
    assert.deepEqual(decide(member(), here(FOR_K1), { requests: REQUESTS }), {
      key: "k1",
      admission: FOR_K1,
      waiting: undefined,
      warnings: [],
    });
  });

  it("accepts what is new in what was received", () => {
    const renewed = makeAdmission({ certificate: makeLeaf(), channels: ["another"] });
    const memory = { requests: REQUESTS, admission: FOR_K1 };
    assert.deepEqual(decide(member(), here(renewed), memory), {
      key: "k1",
      admission: renewed,
      waiting: undefined,
      warnings: [],
    });
  });

  it("keeps what it has if nothing is received, or nothing for its keys", () => {
    const memory = { requests: { k1: REQUESTS.k1 }, admission: FOR_K1 };
    for (const [admission, reason] of [
      [NOTHING, NOTHING.reason],
      [here(FOR_OTHERS), elsewhere("k1")],
    ] as const) {
      assert.deepEqual(decide(member(), admission, memory), {
        key: "k1",
        admission: FOR_K1,
        waiting: reason,
        warnings: [goesOn(reason)],
      });
    }
  });

  it("keeps the key in use until the newest has a certificate", () => {
    const memory = { requests: REQUESTS, admission: FOR_K1 };
    assert.deepEqual(decide(member(["k1", "k2"]), here(FOR_K1), memory), {
      key: "k1",
      admission: FOR_K1,
      waiting:
        "the consortium has not signed the request for key k2 of MyOrg1MSP yet; k1 stays in use until then",
      warnings: [],
    });
    assert.deepEqual(decide(member(["k1", "k2"]), here(FOR_K2), memory), {
      key: "k2",
      admission: FOR_K2,
      waiting: undefined,
      warnings: [],
    });
  });

  it("does not go back to an older key because of outdated files", () => {
    const memory = { requests: REQUESTS, admission: FOR_K2 };
    const reason = `the certificate of MyOrg1MSP from ${ORIGIN} is for its key k1, which is older than the key of the certificate in use`;
    assert.deepEqual(decide(member(["k1", "k2"]), here(FOR_K1), memory), {
      key: "k2",
      admission: FOR_K2,
      waiting: reason,
      warnings: [goesOn(reason)],
    });
  });

  it("goes back to an older key if the configuration lists it last, or alone", () => {
    const memory = { requests: REQUESTS, admission: FOR_K2 };
    for (const names of [["k2", "k1"], ["k1"]]) {
      assert.deepEqual(decide(member(names), here(FOR_K1), memory), {
        key: "k1",
        admission: FOR_K1,
        waiting: undefined,
        warnings: [],
      });
    }
  });

  it("passes on warnings about CAs, remembered or not", () => {
    const authorities = {
      g1: { state: "signing", certificate: G1 },
      g2: { state: "trusted", certificate: G2 },
    } as const;
    const both = makeAdmission({ authorities });
    const offers = (origin: string) =>
      `${origin} also offers CA generation g2 (CN=Second CA, SHA-256 ${FINGERPRINTS.g2}), which is not trusted: before the consortium lets it sign, compare the fingerprint over another channel and add it to countersign:organizations.MyOrg1MSP.signedBy.trust`;
    const memory = { requests: REQUESTS, admission: both };
    assert.deepEqual(decide(member(), here(both), memory).warnings, [offers(ORIGIN)]);
    assert.deepEqual(decide(member(), NOTHING, memory).warnings, [
      goesOn(NOTHING.reason),
      offers("this stack's own state"),
    ]);
  });

  it("trusts at first use the CAs that it will remember", () => {
    const trust = { fingerprints: [], firstUse: true };
    const memory = { requests: REQUESTS, firstUse: [FINGERPRINTS.g1] };
    assert.equal(decide(member(["k1"], { trust }), here(FOR_K1), { requests: REQUESTS }).key, "k1");
    assert.equal(decide(member(["k1"], { trust }), here(FOR_K1), memory).key, "k1");
    const foreign = makeAdmission({
      certificate: makeLeafOfG2(),
      authorities: { g1: { state: "signing", certificate: G2 } },
    });
    assert.throws(() => decide(member(["k1"], { trust }), here(foreign), memory), {
      name: "AdmissionRefused",
    });
  });

  it("is refused with an inadmissible admission, even if it could keep the previous one", () => {
    const foreign = here(makeAdmission({ certificate: makeLeaf({ subject: [] }) }));
    const memory = { requests: REQUESTS, admission: FOR_K1 };
    assert.throws(() => decide(member(), foreign, memory), {
      name: "AdmissionRefused",
      message: `the certificate of MyOrg1MSP from ${ORIGIN} is refused, and nothing was changed:\n  - its organization (O) is none, but the orchestrator expects "MyOrg1MSP"`,
    });
  });

  it("cannot be determined if nothing is received and the previous admission is no longer valid", () => {
    const memory = { requests: REQUESTS, admission: FOR_K1 };
    assert.throws(() => decide(member(), NOTHING, memory, new Date("2026-02-01T00:00:00Z")), {
      name: "Error",
      message: `${NOTHING.reason}; and the certificate of MyOrg1MSP from this stack's own state is refused, and nothing was changed:\n  - the certificate expired on 2026-01-01T00:00:00.000Z.`,
    });
  });

  it("cannot be determined if the key in use is no longer listed", () => {
    const memory = { requests: REQUESTS, admission: FOR_K1 };
    const message =
      "countersign:organizations.MyOrg1MSP.certificate.keys no longer lists the key whose certificate is deployed, and no other has one yet: restore it, before the newest key, until the consortium has signed the newest key's request";
    for (const admission of [NOTHING, here(FOR_K1)]) {
      assert.throws(() => decide(member(["k2"]), admission, memory), { name: "Error", message });
    }
  });

  it("cannot be determined if the state contains no certificate", () => {
    const memory = { requests: REQUESTS, admission: { ...FOR_K1, certificate: "" } };
    assert.throws(() => decide(member(), NOTHING, memory), {
      name: "PemError",
      message: "the certificate of MyOrg1MSP from this stack's own state is empty.",
    });
  });

  it("is refused if a key would be changed in place", () => {
    const other = { keys: { names: ["k1"], algorithm: "ECDSA-P384" } };
    const changed = (names: string[]) => member(names, { keys: { ...other.keys, names } });
    assert.throws(() => decide(changed(["k1"]), here(FOR_K1), { requests: REQUESTS }), {
      message:
        "countersign:organizations.MyOrg1MSP.certificate.algorithm is ECDSA-P384, but key k1 is ECDSA-P256 and a key is never changed in place: add another name at the end of certificate.keys for the new key",
    });
    // A new key, the first key of all, and an imported one may be of any kind.
    assert.equal(decide(changed(["k1", "k3"]), here(FOR_K1), { requests: REQUESTS }).key, "k1");
    assert.equal(decide(changed(["k1"]), NOTHING, NO_MEMORY).waiting, NOTHING.reason);
    const brought = { requests: { existing: REQUESTS.k1 } };
    assert.equal(decide(changed(["existing"]), here(FOR_K1), brought).key, "existing");
  });
});
