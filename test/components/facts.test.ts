import assert from "node:assert/strict";
import { facts, readFacts, stated, type Facts } from "../../facts";
import { CONSORTIUM_SECTIONS, MEMBER, enrol, runConsortium, stacksOf } from "./enrollment/parties";
import type { Run } from "./mock-engine";
import { SECTIONS, runStack } from "./run-stack";
import { find } from "./tree";
import { reveal } from "./wire";

/**
 * Facts that a component states about itself, in the shortest form. They must be its only inputs: a change of anything
 * else would be an update.
 */
function factsOf({ resources }: Run<unknown>, name: string, type: string): Facts {
  const inputs = reveal(find(resources, name, type).inputs);
  facts.strict().parse(inputs);
  const read = readFacts(name, inputs);
  assert.ok(read);
  assert.deepEqual(stated(read), inputs);
  return read;
}

/** A Spinnaker with two services, one of which shows no certificate. */
const SPINNAKER = {
  target: { operator: {} },
  phase: "want",
  services: { gate: { clientCertificate: false, trust: {} }, orca: {} },
};

describe("facts of components", () => {
  const sections = { ...SECTIONS, spinnaker: SPINNAKER };
  let run: Run<unknown>;
  before(async () => {
    run = await runStack(sections);
  });

  it("are the same at preview, when nothing exists yet", async () => {
    const preview = await runStack(sections, { preview: true });
    const own = run.resources.filter(({ component, type }) => component && !type.includes("Stack"));
    assert.ok(own.length > 5);
    for (const { name, type, inputs } of own) {
      assert.deepEqual(reveal(find(preview.resources, name, type).inputs), reveal(inputs), name);
    }
  });

  it("contain the generations of a CA", () => {
    assert.deepEqual(factsOf(run, "ca", "CertificateAuthority"), {
      authority: { generations: { g1: { state: "signing" }, g2: { state: "trusted" } } },
    });
  });

  it("contain a certificate's owner, issuer and configuration, and whom a server and a client trust, dial and admit", () => {
    const certificate = { origin: "issued", issuer: "ca/g1", renewBeforeHours: 720 };
    assert.deepEqual(factsOf(run, "orchestrator", "Orchestrator"), {
      certificates: {
        "orchestrator-certificate": {
          ...certificate,
          owner: "Substra orchestrator",
          source: "orchestrator",
          granted: {
            commonName: "orchestrator",
            dnsNames: [
              "orchestrator.example",
              "orchestrator-server",
              "orchestrator-server.orchestrator",
              "orchestrator-server.orchestrator.svc",
              "orchestrator-server.orchestrator.svc.cluster.local",
            ],
          },
        },
      },
      peers: [
        {
          party: "Substra orchestrator",
          source: "orchestrator",
          presents: "orchestrator-certificate",
          trusts: ["ca/g1", "ca/g2"],
          dials: [],
          admits: ["MyOrg1MSP", "Org2go"],
        },
      ],
    });
    assert.deepEqual(factsOf(run, "my-org1-msp", "Backend"), {
      certificates: {
        "my-org1-msp-certificate": {
          ...certificate,
          owner: "MyOrg1MSP",
          source: "organizations.MyOrg1MSP",
          granted: { commonName: "substra.org-1.example", dnsNames: [] },
        },
      },
      peers: [
        {
          party: "MyOrg1MSP",
          source: "organizations.MyOrg1MSP",
          presents: "my-org1-msp-certificate",
          trusts: ["ca/g1", "ca/g2"],
          dials: ["Substra orchestrator"],
        },
      ],
      redraws: [
        {
          object: "Secret backend-substra-backend-server-key",
          field: "SECRET_KEY",
          consequence:
            "sessions and tokens that the backend has signed end when its server next starts, and people have to log in again",
        },
      ],
    });
  });

  it("contain the same for Spinnaker's services, and the modes of their servers, and who shows no certificate", () => {
    const peer = (name: string) => ({
      party: `Spinnaker ${name}`,
      source: `spinnaker.services.${name}`,
      presents: `spinnaker-${name}-certificate`,
      trusts: ["ca/g1", "ca/g2"],
    });
    assert.deepEqual(factsOf(run, "spinnaker", "Spinnaker"), {
      peers: [
        { ...peer("gate"), dials: ["Spinnaker orca"], shows: false, serves: "tls" },
        { ...peer("orca"), dials: [], serves: "mutual-tls-optional" },
      ],
    });
    const { certificates } = factsOf(run, "spinnaker-orca", "ServiceCredentials");
    assert.deepEqual(certificates, {
      "spinnaker-orca-certificate": {
        owner: "Spinnaker orca",
        source: "spinnaker.services.orca",
        origin: "issued",
        issuer: "ca/g1",
        renewBeforeHours: 720,
        granted: {
          organization: "Spinnaker",
          commonName: "orca",
          dnsNames: [
            "spin-orca",
            "spin-orca.spinnaker",
            "spin-orca.spinnaker.svc",
            "spin-orca.spinnaker.svc.cluster.local",
            "localhost",
          ],
        },
      },
    });
  });

  describe("between stacks", () => {
    let asked: Run<unknown>;
    let signed: Run<unknown>;
    let deployed: Run<unknown>;
    before(async () => ({ asked, signed, deployed } = await enrol()));

    it("contain that an organization without a certificate waits", () => {
      assert.deepEqual(factsOf(asked, "my-org2-msp", "Enrollment"), { waiting: ["MyOrg2MSP"] });
    });

    it("contain the admission that an organization accepted", () => {
      const { authority, certificates } = factsOf(deployed, "my-org2-msp", "Enrollment");
      assert.deepEqual(Object.keys(authority?.generations ?? {}), ["g1"]);
      assert.match(authority?.generations.g1?.certificate ?? "", /^-----BEGIN CERTIFICATE-----/);
      assert.equal(certificates?.["my-org2-msp"]?.origin, "received");
      const { peers } = factsOf(deployed, "my-org2-msp", "Backend");
      assert.deepEqual(peers?.[0]?.trusts, ["my-org2-msp/g1"]);
      assert.equal(peers[0].presents, "my-org2-msp");
    });

    it("contain who deploys elsewhere and who would refuse the signing CA, for the consortium", async () => {
      const peer = {
        party: "MyOrg2MSP",
        source: "enrollments.MyOrg2MSP",
        presents: "my-org2-msp-certificate",
        dials: ["Substra orchestrator"],
        elsewhere: true,
        tells: true,
      };
      const registration = (of: Run<unknown>) =>
        factsOf(of, "registration", "RegistrationAuthority");
      const settled = {
        certificates: {
          "my-org2-msp-certificate": {
            owner: "MyOrg2MSP",
            source: "enrollments.MyOrg2MSP",
            origin: "issued",
            issuer: "ca/g1",
            renewBeforeHours: 720,
            granted: { commonName: "substra.org-2.example", dnsNames: [] },
          },
        },
        peers: [peer],
        waiting: [],
        distrusted: { generation: "ca/g1", by: [] },
      };
      assert.deepEqual(registration(signed), settled);
      // Nothing changes when the organization has deployed.
      const stacks = stacksOf({ [MEMBER]: deployed });
      const later = await runConsortium({}, { state: signed.state, stacks });
      assert.deepEqual(registration(later), settled);

      const generations = { g1: { state: "trusted" }, g2: { state: "signing" } };
      const authority = { ...CONSORTIUM_SECTIONS.authority, generations };
      for (const preview of [true, false]) {
        const moved = await runConsortium({ authority }, { state: later.state, stacks, preview });
        assert.deepEqual(registration(moved).distrusted, {
          generation: "ca/g2",
          by: ["MyOrg2MSP"],
        });
      }
    });
  });
});
