import assert from "node:assert/strict";
import { headline, stackHeadline } from "../../../../cli/report/headline";
import { UNKNOWN } from "../../../../cli/report/value";
import {
  authority,
  certificate,
  danger,
  release,
  report,
  serverChange,
  stackReport,
  trustChange,
  workload,
} from "./make-report";

const access = { party: "echo", server: "orca", change: "loses" } as const;

describe("headline", () => {
  it("counts certificates by what happens, names releases, and says who loses access", () => {
    const made = report({
      certificates: [
        certificate(),
        certificate({ owner: "orchestrator" }),
        certificate({ operation: "issued", owner: "MyOrg3MSP" }),
      ],
      access: [{ party: "MyOrg2MSP", server: "orchestrator", change: "loses" }],
      releases: [release({ party: "orchestrator" }), release()],
    });
    assert.equal(
      headline(made),
      "2 certificates renewed, 1 issued, 1 organization loses access, orchestrator and MyOrg1MSP roll.",
    );
  });

  it("begins with destructive and breaking changes", () => {
    const dangers = [danger("breaking"), danger("destructive"), danger("breaking")];
    assert.equal(
      headline(report({ dangers, certificates: [certificate({ operation: "withdrawn" })] })),
      "Destructive (1) and breaking (2): 1 certificate withdrawn.",
    );
  });

  it("mentions who waits, with or without other changes", () => {
    assert.equal(
      headline(report({ waiting: ["MyOrg4MSP"] })),
      "Nothing changes, 1 organization waits for its certificate.",
    );
    assert.equal(
      headline(report({ certificates: [certificate()], waiting: ["A", "B"] })),
      "1 certificate renewed, 2 organizations wait for their certificates.",
    );
    assert.equal(
      headline(report({ waiting: ["MyOrg4MSP"], waitingComponents: ["Choreo a", "Choreo b"] })),
      "Nothing changes, 1 organization waits for its certificate, 2 components wait for project URLs.",
    );
  });

  it("mentions dangers without any other change", () => {
    assert.equal(headline(report({ dangers: [danger("breaking")] })), "Breaking (1).");
    const operations = { create: 0, update: 0, replace: 0, delete: 1 };
    assert.equal(
      headline(report({ dangers: [danger("destructive")], operations })),
      "Destructive (1). No certificate, trust or release changes; 1 other resource does.",
    );
  });

  it("names the CA generations that are added and dropped, and counts who trusts others", () => {
    const made = report({
      certificates: [authority("g2"), authority("g3"), authority("g1", { operation: "withdrawn" })],
      trust: [trustChange(["g1"], ["g2", "g3"]), trustChange(["g1"], ["g2"], { party: "B" })],
    });
    assert.equal(
      headline(made),
      "CA generation g1 dropped, CA generations g2 and g3 added, 2 parties trust other CAs.",
    );
  });

  it("says what may roll, what does not, and which charts change", () => {
    const chart = { name: "orchestrator", version: "8.8.0", from: "charts" };
    const made = report({
      releases: [
        release({ party: "A", rolls: UNKNOWN }),
        release({ party: "B", rolls: [] }),
        release({
          party: "orchestrator",
          chart: { before: chart, after: { ...chart, version: "8.9.0" } },
        }),
        release({ party: "C", operation: "installed" }),
        release({ party: "D", operation: "removed" }),
      ],
    });
    assert.equal(
      headline(made),
      "D is removed, orchestrator gets chart 8.9.0, orchestrator rolls, A may roll, B changes without a roll, C is installed.",
    );
  });

  it("counts more than three releases", () => {
    const releases = ["A", "B", "C", "D"].map((party) => release({ party }));
    assert.equal(headline(report({ releases })), "4 releases roll.");
    assert.equal(
      headline(report({ releases: releases.slice(1) }), { names: false }),
      "3 releases roll.",
    );
  });

  it("says if nothing changes, or only what this report is not about", () => {
    assert.equal(headline(report()), "Nothing changes.");
    const operations = { create: 1, update: 2, replace: 0, delete: 0 };
    assert.equal(
      headline(report({ operations })),
      "No certificate, trust or release changes; 3 other resources do.",
    );
  });

  it("counts servers by what they begin or stop doing", () => {
    const servers = [
      serverChange({ before: "tls", after: "plain" }),
      serverChange({ before: "mutual-tls", after: "tls" }),
      serverChange({ before: "mutual-tls", after: "mutual-tls-optional" }),
      serverChange({ after: "mutual-tls" }),
      serverChange(),
      serverChange({ party: "orca" }),
      serverChange({ before: "plain" }),
      serverChange({ before: "plain", after: "tls" }),
    ];
    assert.equal(
      headline(report({ servers, access: [{ ...access, isServer: true }] })),
      "1 service loses access, 1 server stops speaking TLS, 1 server stops asking for certificates, 1 server stops requiring certificates, 1 server begins to require certificates, 2 servers begin to ask for certificates, 1 server begins to speak TLS and to ask for certificates, 1 server begins to speak TLS.",
    );
    assert.equal(
      headline(
        report({
          access: [
            { ...access, isServer: true },
            { ...access, party: "OrgA" },
          ],
        }),
      ),
      "2 parties lose access.",
    );
    assert.equal(
      headline(report({ access: [{ ...access, kind: "component" }] })),
      "1 component loses access.",
    );
    assert.equal(
      headline(report({ stack: "dev", servers: [serverChange()] }, { servers: [serverChange()] })),
      "2 servers begin to ask for certificates.",
    );
  });

  it("says which workloads roll", () => {
    const workloads = [
      workload(),
      workload({ name: "orca" }),
      workload({ kind: "SpinnakerService", name: "spinnaker", rolls: UNKNOWN }),
      workload({ name: "gate", rolls: false }),
      ...["a", "b", "c", "d"].map((name) => workload({ name, operation: "added", rolls: false })),
    ];
    assert.equal(
      headline(report({ workloads })),
      "Deployments echo and orca roll, SpinnakerService spinnaker changes, Deployment gate changes without a roll, 4 Deployments are added.",
    );
  });

  it("adds up stacks, and counts an organization of two stacks once", () => {
    const access = [{ party: "MyOrg2MSP", server: "orchestrator", change: "gets" } as const];
    const stacks = [
      { stack: "consortium", access, certificates: [certificate()] },
      { stack: "org-2", access, certificates: [certificate()] },
    ];
    assert.equal(
      headline(report(...stacks)),
      "2 certificates renewed, 1 organization gets access.",
    );
    assert.equal(
      stackHeadline(stackReport(stacks[1])),
      "1 certificate renewed, 1 organization gets access.",
    );
  });

  it("does not mention the trust of a new party if something else shows that it is new", () => {
    const trust = [trustChange([], ["g1"])];
    const releases = [release({ operation: "installed" })];
    assert.equal(headline(report({ trust, releases })), "MyOrg1MSP is installed.");
    assert.equal(headline(report({ trust })), "1 party trusts other CAs.");
  });

  it("says first that previews failed, and nothing else about them", () => {
    const failed = { stack: "a", failure: "no" };
    assert.equal(headline(report(failed)), "The preview failed.");
    assert.equal(
      headline(report(failed, { certificates: [certificate()] })),
      "The preview of 1 of 2 stacks failed. 1 certificate renewed.",
    );
  });

  it("shows the characters of strange names", () => {
    const party = `M\u0443Org\u202e\n${"x".repeat(50)}`;
    assert.equal(
      headline(report({ releases: [release({ party })] })),
      "M\\u{443}Org\\u{202e}\\u{a}xxxxxxxxxxxxxxx… rolls.",
    );
  });
});
