import assert from "node:assert/strict";
import { breaking } from "../../../../../cli/report/dangers";
import { readCertificate } from "../../../../../x509";
import { SERVER, caPem, makeConsortium, type Client, type Consortium } from "../make-consortium";
import { makePlan } from "../make-plan";

type Generations = Consortium["generations"];

const G1 = { g1: "signing" } as const;
const ADDED = { g1: "signing", g2: "trusted" } as const;
const MOVED = { g1: "trusted", g2: "signing" } as const;
const G2 = { g2: "signing" } as const;
const fingerprints = (...generations: readonly string[]) =>
  generations.map((name) => readCertificate(caPem(name)).fingerprint);

/** What breaks for the clients when the generations change. */
function found(
  before: Generations | undefined,
  after: Generations,
  clients: Readonly<Record<string, Client>> = { OrgA: {} },
) {
  const side = (generations: Generations): Consortium => ({ generations, clients });
  return breaking(makePlan(...makeConsortium(before && side(before), side(after))));
}

const texts = (...args: Parameters<typeof found>) => found(...args).map(({ text }) => text);

describe("a rotation in the right order", () => {
  const clients = { OrgA: {}, OrgB: { elsewhere: fingerprints("g1", "g2") } };

  it("breaks nothing when a generation is added", () => {
    assert.deepEqual(texts(G1, ADDED, clients), []);
  });

  it("breaks nothing when it begins to sign", () => {
    assert.deepEqual(texts(ADDED, MOVED, clients), []);
  });

  it("breaks nothing when the old one is dropped", () => {
    assert.deepEqual(texts(MOVED, G2, clients), []);
  });

  it("breaks nothing in the first deployment, and nothing if nothing changes", () => {
    assert.deepEqual(texts(undefined, G1, { OrgA: {}, OrgB: { elsewhere: "unknown" } }), []);
    assert.deepEqual(texts(ADDED, ADDED, clients), []);
  });
});

describe("a rotation in one step", () => {
  it("makes old pods and new ones refuse each other", () => {
    assert.deepEqual(found(G1, G2), [
      {
        kind: "breaking",
        text: `During the roll-out, ${SERVER} and OrgA refuse each other's current certificates issued by CA generation g1, which the other end no longer trusts.`,
        todo: "Keep CA generation g1 as `trusted` until no certificate issued by it is in use, and drop it with a later change.",
      },
      {
        kind: "breaking",
        text: `During the roll-out, ${SERVER} and OrgA refuse each other's new certificates issued by CA generation g2, which the other end does not trust yet.`,
        todo: "Add CA generation g2 as `trusted` only, and deploy that everywhere; let it sign with a later change.",
      },
    ]);
  });

  it("is too early for signing if the old generation stays", () => {
    assert.deepEqual(texts(G1, MOVED), [
      `During the roll-out, ${SERVER} and OrgA refuse each other's new certificates issued by CA generation g2, which the other end does not trust yet.`,
    ]);
  });

  it("is too early for dropping if the new generation was trusted", () => {
    assert.deepEqual(texts(ADDED, G2), [
      `During the roll-out, ${SERVER} and OrgA refuse each other's current certificates issued by CA generation g1, which the other end no longer trusts.`,
    ]);
  });

  it("is reported once for many clients", () => {
    const names = Array.from({ length: 12 }, (_, index) => `Org${String(index).padStart(2, "0")}`);
    const clients = Object.fromEntries(names.map((name) => [name, {}]));
    assert.deepEqual(texts(ADDED, G2, clients), [
      `During the roll-out, ${SERVER} and Org00, Org01, Org02, Org03, Org04 and 7 more refuse each other's current certificates issued by CA generation g1, which the other end no longer trusts.`,
    ]);
  });
});

describe("a client that another stack deploys", () => {
  it("is refused until it has deployed its new certificate", () => {
    assert.deepEqual(found(ADDED, G2, { OrgA: { elsewhere: "unknown" } }), [
      {
        kind: "breaking",
        text: `${SERVER} refuses the current certificate of OrgA issued by CA generation g1, which it no longer trusts, until OrgA has deployed its new certificate with an \`up\` of its own stack.`,
        todo: "Keep CA generation g1 as `trusted` until OrgA has deployed the new certificate, and drop it with a later change.",
      },
    ]);
  });

  it("refuses the server until it trusts the generation that signs", () => {
    assert.deepEqual(found(ADDED, MOVED, { OrgA: { elsewhere: fingerprints("g1") } }), [
      {
        kind: "breaking",
        text: `OrgA refuses the new certificate of ${SERVER} issued by CA generation g2, which it does not trust yet, until OrgA has begun to trust that CA with an \`up\` of its own stack.`,
        todo: "Add CA generation g2 as `trusted` only; let it sign with a later change, when OrgA has listed its fingerprint in its `signedBy.trust` and run `pulumi up`.",
      },
    ]);
  });

  it("is reported together with others in the same situation", () => {
    const client = { elsewhere: fingerprints("g1") };
    assert.deepEqual(texts(ADDED, MOVED, { OrgA: client, OrgB: client }), [
      `OrgA and OrgB refuse the new certificate of ${SERVER} issued by CA generation g2, which they do not trust yet, until each of them has begun to trust that CA with an \`up\` of its own stack.`,
    ]);
  });

  it("is not guessed about if its trust is unknown", () => {
    assert.deepEqual(texts(ADDED, MOVED, { OrgA: { elsewhere: "unknown" } }), []);
  });
});

describe("a connection", () => {
  it("is reported as such if it is refused before and after", () => {
    assert.deepEqual(found(ADDED, ADDED, { OrgA: { trusts: ["g2"] } }), [
      {
        kind: "breaking",
        text: `OrgA refuses the certificate of ${SERVER} issued by CA generation g1, which it does not trust: already broken before this change, and not fixed by it.`,
        todo: "Let both ends of the connection trust CA generation g1, or use a certificate issued by a CA that they trust.",
      },
    ]);
  });

  it("is not reported if it is fixed", () => {
    assert.deepEqual(texts(ADDED, MOVED, { OrgA: { trusts: ["g2"] } }), []);
  });

  it("is reported as such if it ends permanently", () => {
    assert.deepEqual(texts(ADDED, G2, { OrgA: { issuer: "g1" } }), [
      `${SERVER} refuses the current certificate of OrgA issued by CA generation g1, which it no longer trusts, permanently from this \`up\` on.`,
      `During the roll-out, OrgA refuses the current certificate of ${SERVER} issued by CA generation g1, which it no longer trusts.`,
    ]);
  });

  it("is reported for a client that joins and can never connect", () => {
    assert.deepEqual(texts(undefined, ADDED, { OrgA: { trusts: ["g2"] } }), [
      `OrgA refuses the certificate of ${SERVER} issued by CA generation g1, which it does not trust, permanently from this \`up\` on.`,
    ]);
  });

  it("may end for an organization that leaves, and meets no old pods for one that joins", () => {
    const side = (generations: Generations, ...names: string[]): Consortium => ({
      generations,
      clients: Object.fromEntries(names.map((name) => [name, {}])),
    });
    const plan = makePlan(...makeConsortium(side(ADDED, "OrgA"), side(G2, "OrgB")));
    assert.deepEqual(breaking(plan), []);
  });

  it("is cut when the server no longer lists a client that stays", () => {
    const side: Consortium = { generations: G1, clients: { OrgA: {}, OrgB: {} } };
    const plan = makePlan(...makeConsortium(side, { ...side, admits: ["OrgA"] }));
    assert.deepEqual(breaking(plan), [
      {
        kind: "breaking",
        text: `${SERVER} will refuse OrgB, which still connects to it.`,
        todo: `Remove OrgB as well, or let ${SERVER} admit it again.`,
      },
    ]);
  });
});
