import assert from "node:assert/strict";
import { assertAccepted, deployedTrust, type DeployedTrust } from "./deployed-trust";
import { consortium } from "./example";
import { TestStack, type Update } from "./stack";

const PREFIX = "rotation";
const LEAVES = ["my-org1-msp-certificate", "orchestrator-certificate"];
const PAIRS = ["my-org1-msp-client-pair", "orchestrator-server-pair"];
/** Secrets with CAs; a backend's are beside its pair. */
const BUNDLES = ["my-org1-msp-client-pair", "orchestrator-ca-bundle"];
const RELEASES = ["my-org1-msp", "orchestrator"];

/** The three reviewed changes of a rotation; each has to keep both ends working with what the other held before. */
const STEPS = [
  {
    what: "a second generation is trusted",
    generations: { g1: "signing", g2: "trusted" },
    changes: [
      ...["PrivateKey ca-g2-key", "RandomId ca-g2-first", "SelfSignedCert ca-g2"].map(created),
      created("Secret orchestrator-client-ca-g2"),
      ...BUNDLES.map((name) => `replace Secret ${name}`),
      ...RELEASES.map((name) => `update Release ${name}`),
    ],
    issuer: "g1",
  },
  {
    what: "the second generation signs",
    generations: { g1: "trusted", g2: "signing" },
    changes: [
      ...LEAVES.map((name) => `replace LocallySignedCert ${name}`),
      ...[...new Set([...BUNDLES, ...PAIRS])].map((name) => `replace Secret ${name}`),
      ...RELEASES.map((name) => `update Release ${name}`),
    ],
    issuer: "g2",
  },
  {
    what: "the first generation is dropped",
    generations: { g2: "signing" },
    changes: [
      ...["PrivateKey ca-g1-key", "RandomId ca-g1-first", "SelfSignedCert ca-g1"].map(deleted),
      deleted("Secret orchestrator-client-ca-g1"),
      ...BUNDLES.map((name) => `replace Secret ${name}`),
      ...RELEASES.map((name) => `update Release ${name}`),
    ],
    issuer: "g2",
  },
] as const;

describe("the rotation of a CA", function () {
  this.timeout(900_000);
  let stack: TestStack;
  let held: DeployedTrust;

  before(async () => {
    stack = await TestStack.create(PREFIX, consortium(PREFIX, ["MyOrg1MSP"]));
    await stack.up();
    held = await deployedTrust(PREFIX);
  });

  for (const { what, generations, changes, issuer } of STEPS) {
    describe(`when ${what}`, () => {
      let update: Update;
      let heldBefore: DeployedTrust;

      before(async () => {
        heldBefore = held;
        await stack.configure(withGenerations(generations));
        update = await stack.up();
        held = await deployedTrust(PREFIX);
      });

      it("changes only what this step requires", () => {
        assert.deepEqual(update.changes, [...changes].sort());
      });

      it("keeps both ends accepting each other, even while only one of them has rolled", () => {
        assertAccepted(PREFIX, held, held);
        assertAccepted(PREFIX, held, heldBefore);
        assertAccepted(PREFIX, heldBefore, held);
      });

      it(`has certificates issued by ${issuer}, and trusts ${Object.keys(generations).join(" and ")}`, () => {
        const { authority } = update.outputs.certificates;
        assert.deepEqual(states(authority), generations);
        const trusted = Object.values(authority).map(({ fingerprint }) => fingerprint);
        assert.deepEqual(fingerprints(held.clientTrusts), trusted.sort());
        assert.deepEqual(fingerprints(held.serverFiles[0]), trusted);
        // One certificate for each file: the orchestrator's check of the MSP ID reads no further.
        assert.deepEqual(
          held.serverFiles.slice(1).map(({ length }) => length),
          trusted.map(() => 1),
        );
        assert.deepEqual(fingerprints(held.serverFiles.slice(1).flat()), trusted);
        assert.equal(held.clientTrusts[0]?.fingerprint, authority[issuer]?.fingerprint);
        assert.equal(held.client.authorityKeyId, held.clientTrusts[0]?.subjectKeyId);
        assert.equal(held.server.authorityKeyId, held.clientTrusts[0]?.subjectKeyId);
      });
    });
  }

  // Anything that a step had left undone would have been among the next one's changes.
  describe("after the last step", () => {
    it("leaves nothing to do", async () => {
      await stack.assertSettled();
    });
  });
});

function withGenerations(generations: Readonly<Record<string, string>>) {
  const example = consortium(PREFIX, ["MyOrg1MSP"]);
  const named = Object.entries(generations).map(([name, state]) => [
    name,
    { state, validity: "10y" },
  ]);
  return {
    ...example,
    authority: { ...example.authority, generations: Object.fromEntries(named) as object },
  };
}

function created(resource: string) {
  return `create ${resource}`;
}

function deleted(resource: string) {
  return `delete ${resource}`;
}

function states(authority: Readonly<Record<string, { readonly state: string }>>) {
  return Object.fromEntries(Object.entries(authority).map(([name, { state }]) => [name, state]));
}

function fingerprints(certificates: DeployedTrust["clientTrusts"] = []): string[] {
  return certificates.map(({ fingerprint }) => fingerprint).sort();
}
