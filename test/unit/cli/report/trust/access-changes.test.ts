import assert from "node:assert/strict";
import { accessChanges } from "../../../../../cli/report/trust/changes";
import { SERVER, makeConsortium, type Consortium } from "../make-consortium";
import { makePlan } from "../make-plan";

const consortium = (clients: Consortium["clients"], admits?: readonly string[]): Consortium => ({
  generations: { g1: "signing" },
  clients,
  ...(admits && { admits }),
});

const changes = (before: Consortium | undefined, after: Consortium) =>
  accessChanges(makePlan(...makeConsortium(before, after)));

const gets = (party: string) => ({ party, server: SERVER, change: "gets" });
const loses = (party: string) => ({ party, server: SERVER, change: "loses" });

describe("the access of a plan's parties", () => {
  it("is given to all in the first deployment", () => {
    const after = consortium({ OrgB: {}, OrgA: { elsewhere: "unknown" } });
    assert.deepEqual(changes(undefined, after), [gets("OrgA"), gets("OrgB")]);
  });

  it("is given to a party that joins, and lost by one that leaves", () => {
    const [before, after] = [
      consortium({ OrgA: {}, OrgB: {} }),
      consortium({ OrgA: {}, OrgC: { elsewhere: "unknown" } }),
    ];
    assert.deepEqual(changes(before, after), [loses("OrgB"), gets("OrgC")]);
  });

  it("is lost by a party that is merely no longer listed", () => {
    const clients = { OrgA: {}, OrgB: {} };
    assert.deepEqual(changes(consortium(clients), consortium(clients, ["OrgA"])), [loses("OrgB")]);
  });

  it("is given with the certificate, not with a place on the list", () => {
    const waiting = consortium({ OrgA: { elsewhere: "unknown", issuer: null } });
    const issued = consortium({ OrgA: { elsewhere: "unknown" } });
    assert.deepEqual(changes(undefined, waiting), []);
    assert.deepEqual(changes(waiting, issued), [gets("OrgA")]);
    assert.deepEqual(changes(issued, waiting), [loses("OrgA")]);
  });

  it("is a component's if the stack says so", () => {
    const before = consortium({});
    const after = consortium({ OrgA: {} });
    const resources = makeConsortium(before, after).map((resource) => ({
      ...resource,
      after: resource.after && {
        ...resource.after,
        inputs: { ...resource.after.inputs, kind: "component" },
      },
    }));
    assert.deepEqual(accessChanges(makePlan(...resources)), [
      { ...gets("OrgA"), kind: "component" },
    ]);
  });

  it("stays with a certificate that is re-issued", () => {
    const before = consortium({ OrgA: {} });
    const after: Consortium = { ...before, generations: { g2: "signing" } };
    assert.deepEqual(changes(before, after), []);
  });
});
