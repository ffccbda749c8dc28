import assert from "node:assert/strict";
import { accessChanges, connections } from "../../../../../cli/report/trust/changes";
import { serverChanges } from "../../../../../cli/report/trust/server-changes";
import { makeConsortium } from "../make-consortium";
import { makePlan } from "../make-plan";
import { makeServices, type Service, type Services } from "../make-services";

const plan = (before: Services | undefined, after: Services) =>
  makePlan(...makeServices(before, after));

/** All services in one mode; gate calls all others. */
function all(serves: Service["serves"], ...names: readonly string[]): Services {
  return {
    gate: { serves: "tls", dials: names },
    ...Object.fromEntries(names.map((name) => [name, { serves }])),
  };
}

describe("the servers of a plan", () => {
  it("are reported if their mode changes, with their callers", () => {
    const [before, after] = [
      all("tls", "echo", "orca"),
      all("mutual-tls-optional", "echo", "orca"),
    ];
    const step = { before: "tls", after: "mutual-tls-optional", callers: ["gate"] };
    assert.deepEqual(serverChanges(plan(before, after)), [
      { party: "echo", ...step },
      { party: "orca", ...step },
    ]);
  });

  it("are ordered by importance for a reviewer: steps back, then those that require most", () => {
    const modes = (...serves: readonly Service["serves"][]): Services =>
      Object.fromEntries(serves.map((mode, index) => [`s${index}`, { serves: mode }]));
    const before = modes("plain", "tls", "mutual-tls-optional", "mutual-tls", "tls", "mutual-tls");
    const after = modes("tls", "mutual-tls-optional", "mutual-tls", "tls", "plain", "plain");
    const stepsOf = (...sides: readonly [Services, Services]) =>
      serverChanges(plan(...sides)).map((each) => `${each.before} ${each.after}`);
    assert.deepEqual(stepsOf(before, after), [
      "mutual-tls plain",
      "tls plain",
      "mutual-tls tls",
      "mutual-tls-optional mutual-tls",
      "tls mutual-tls-optional",
      "plain tls",
    ]);
    // The smallest step back, and the largest step forward.
    assert.deepEqual(
      stepsOf(modes("plain", "mutual-tls"), modes("mutual-tls", "mutual-tls-optional")),
      ["mutual-tls mutual-tls-optional", "plain mutual-tls"],
    );
  });

  it("are not reported if they stay, are added or removed, or state no mode", () => {
    assert.deepEqual(serverChanges(plan(all("tls", "echo"), all("tls", "orca"))), []);
    assert.deepEqual(serverChanges(plan(undefined, all("tls", "echo"))), []);
    const consortium = { generations: { g1: "signing" }, clients: { OrgA: {} } } as const;
    assert.deepEqual(serverChanges(makePlan(...makeConsortium(consortium, consortium))), []);
  });
});

describe("the access to servers that require no certificate", () => {
  it("is neither given nor lost", () => {
    const without = { gate: { serves: "tls", dials: [] }, echo: { serves: "tls" } } as const;
    assert.deepEqual(accessChanges(plan(undefined, all("plain", "echo"))), []);
    assert.deepEqual(accessChanges(plan(without, all("mutual-tls-optional", "echo"))), []);
    assert.deepEqual(accessChanges(plan(all("tls", "echo"), without)), []);
  });

  it("stays when they begin to require one, except for callers that show none", () => {
    const shows: Services = { ...all("tls", "echo"), dinghy: { serves: "tls", dials: ["echo"] } };
    const strict = { ...shows, echo: { serves: "mutual-tls" } } as const;
    assert.deepEqual(accessChanges(plan(shows, strict)), []);
    const silent = { serves: "tls", dials: ["echo"], shows: false } as const;
    assert.deepEqual(
      accessChanges(plan({ ...shows, dinghy: silent }, { ...strict, dinghy: silent })),
      [{ party: "dinghy", server: "echo", change: "loses", isServer: true }],
    );
  });
});

describe("a connection of services", () => {
  /** Trust between a server that trusts g1 and a client whose certificate and trust are those of g2. */
  const ends = (serves: Service["serves"], client: Partial<Service> = {}) => {
    const services: Services = {
      gate: { serves: "tls", dials: ["echo"], issuer: "g2", trusts: ["g2"], ...client },
      echo: { serves },
    };
    const [found] = connections(plan(undefined, services));
    return [found?.clientTrustsServer, found?.serverTrustsClient];
  };

  it("holds if nobody checks", () => {
    assert.deepEqual(ends("plain"), [true, true]);
    assert.deepEqual(ends("tls"), [false, true]);
    assert.deepEqual(ends("mutual-tls-optional"), [false, false]);
    assert.deepEqual(ends("mutual-tls"), [false, false]);
  });

  it("needs a certificate only if one is required", () => {
    assert.deepEqual(ends("mutual-tls-optional", { shows: false }), [false, true]);
    assert.deepEqual(ends("mutual-tls", { shows: false }), [false, false]);
  });
});
