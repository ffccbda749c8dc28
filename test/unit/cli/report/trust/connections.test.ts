import assert from "node:assert/strict";
import { connections } from "../../../../../cli/report/trust/changes";
import { readCertificate } from "../../../../../x509";
import { SERVER, caPem, leafPem, makeConsortium, type Consortium } from "../make-consortium";
import { makeComponent, makePlan } from "../make-plan";

const after = (consortium: Partial<Consortium>) =>
  connections(
    makePlan(
      ...makeConsortium(undefined, {
        generations: { g1: "trusted", g2: "signing" },
        clients: { OrgA: {} },
        ...consortium,
      }),
    ),
  );

describe("the connections of a plan", () => {
  it("lead from clients to the servers that they dial, by server and client", () => {
    assert.deepEqual(after({ clients: { OrgB: {}, OrgA: { issuer: "g1" } } }), [
      {
        client: "OrgA",
        server: SERVER,
        clientIssuer: "g1",
        serverIssuer: "g2",
        clientTrustsServer: true,
        serverTrustsClient: true,
      },
      {
        client: "OrgB",
        server: SERVER,
        clientIssuer: "g2",
        serverIssuer: "g2",
        clientTrustsServer: true,
        serverTrustsClient: true,
      },
    ]);
  });

  it("lack trust if one end does not trust the other's issuer", () => {
    const [found] = after({ clients: { OrgA: { trusts: ["g1"] } } });
    assert.equal(found?.clientTrustsServer, false);
    assert.equal(found.serverTrustsClient, true);
  });

  it("lack trust if the server does not list the client", () => {
    const [found] = after({ admits: [] });
    assert.equal(found?.serverTrustsClient, false);
  });

  it("leave open what another stack trusts but does not report", () => {
    const [found] = after({ clients: { OrgA: { elsewhere: "unknown" } } });
    assert.equal(found?.clientTrustsServer, undefined);
    assert.equal(found?.serverTrustsClient, true);
  });

  it("follow what another stack reports about the CA that signs", () => {
    const known = readCertificate(caPem("g1")).fingerprint;
    const before: Consortium = {
      generations: { g1: "signing", g2: "trusted" },
      clients: { OrgA: { elsewhere: [known] } },
    };
    const plan = makePlan(
      ...makeConsortium(before, { ...before, generations: { g1: "trusted", g2: "signing" } }),
    );
    assert.equal(connections(plan)[0]?.clientTrustsServer, false);
  });

  it("know the issuer of a received certificate, but not the server of another stack", () => {
    const certificate = leafPem("OrgA", "g2");
    const facts = {
      authority: {
        generations: {
          g1: { state: "signing" as const, certificate: caPem("g1") },
          g2: { state: "trusted" as const, certificate: caPem("g2") },
        },
      },
      certificates: {
        "org-a": { owner: "OrgA", source: "OrgA", origin: "received" as const, certificate },
      },
    };
    const peer = {
      party: "OrgA",
      source: "OrgA",
      presents: "org-a",
      trusts: ["org-a/g1"],
      dials: [SERVER],
    };
    const plan = makePlan(
      makeComponent("enrollment:Enrollment", "org-a", undefined, facts),
      makeComponent("substra:Backend", "org-a", undefined, { peers: [peer] }),
    );
    assert.deepEqual(connections(plan), [
      {
        client: "OrgA",
        server: SERVER,
        clientIssuer: "g2",
        serverIssuer: undefined,
        clientTrustsServer: undefined,
        serverTrustsClient: undefined,
      },
    ]);
  });
});
