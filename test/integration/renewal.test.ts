import assert from "node:assert/strict";
import { deployment, mountedSecrets, ourSecrets, runningPods } from "./api";
import { consortium } from "./example";
import type { Outputs } from "./outputs";
import { TestStack, type Update } from "./stack";
import { nearlyExpire, until } from "./time";

const ORCHESTRATOR = {
  owner: "orchestrator",
  namespace: "renewal-orchestrator",
  deployment: "orchestrator-server",
  volume: "orchestrator-tls-server-pair",
  certificate: "orchestrator-certificate",
  secret: "orchestrator-server-pair",
};
const BACKEND = {
  owner: "my-org1-msp",
  namespace: "renewal-org-1",
  deployment: "backend-substra-backend-server",
  volume: "orchestrator-tls-client-pair",
  certificate: "my-org1-msp-certificate",
  secret: "my-org1-msp-client-pair",
};

describe("a renewal", function () {
  this.timeout(900_000);
  let stack: TestStack;
  let outputs: Outputs;

  before(async () => {
    stack = await TestStack.create("renewal", consortium("renewal"));
    ({ outputs } = await stack.up());
  });

  for (const party of [ORCHESTRATOR, BACKEND]) {
    describe(`of the certificate of ${party.owner}`, () => {
      const expected = [
        `replace LocallySignedCert ${party.certificate}`,
        `replace Secret ${party.secret}`,
        `update Release ${party.owner}`,
      ];
      let oldSecret: string;
      let renewed: Update;
      let fingerprintsBefore: Record<string, string>;

      before(async () => {
        oldSecret = await mountedPair(party);
        fingerprintsBefore = fingerprints(outputs);
        await nearlyExpire(stack, party.certificate);
      });

      it("is previewed, with the workloads that it rolls and nothing else", async () => {
        assert.deepEqual(await stack.preview(), expected);
      });

      it("is completed by one up, which does what the preview said", async () => {
        renewed = await stack.up();
        ({ outputs } = renewed);
        assert.deepEqual(renewed.changes, expected);
      });

      it("has rolled the pods to a new Secret and removed the old one", async () => {
        const { metadata, status, spec } = await deployment(party.namespace, party.deployment);
        assert.equal(status?.observedGeneration, metadata?.generation);
        assert.equal(status?.updatedReplicas, spec?.replicas);
        const newSecret = await mountedPair(party);
        assert.notEqual(newSecret, oldSecret);
        const secrets = await ourSecrets(party.namespace);
        assert.ok(secrets.has(newSecret));
        assert.ok(!secrets.has(oldSecret));
        await until("no pod mounts the old Secret", async () => {
          const pods = await runningPods(party.namespace);
          return !pods.some(
            ({ spec: pod }) => mountedSecrets(pod)[party.volume]?.[0] === oldSecret,
          );
        });
      });

      it("leaves every other certificate unchanged", () => {
        const before = fingerprintsBefore;
        const after = fingerprints(renewed.outputs);
        assert.notEqual(after[party.owner], before[party.owner]);
        assert.deepEqual({ ...after, [party.owner]: "" }, { ...before, [party.owner]: "" });
      });
    });
  }

  // Anything that the first renewal had left undone would have been among the next one's changes.
  describe("after both renewals", () => {
    it("leaves nothing to do", async () => {
      await stack.assertSettled();
    });
  });
});

/** Returns the name of the Secret with a party's own certificate that its Deployment mounts. */
async function mountedPair(party: typeof BACKEND): Promise<string> {
  const { spec } = await deployment(party.namespace, party.deployment);
  const [name] = mountedSecrets(spec?.template.spec)[party.volume] ?? [];
  assert.ok(name !== undefined, `${party.deployment} mounts no ${party.volume}`);
  return name;
}

function fingerprints({ certificates }: Outputs): Record<string, string> {
  return {
    ca: certificates.authority.g1?.fingerprint ?? "",
    orchestrator: certificates.orchestrator.fingerprint,
    "my-org1-msp": certificates.organizations.MyOrg1MSP?.fingerprint ?? "",
    "my-org2-msp": certificates.organizations.MyOrg2MSP?.fingerprint ?? "",
  };
}
