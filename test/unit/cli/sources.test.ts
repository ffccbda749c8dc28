import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Checklist, byParty } from "../../../verify/check";
import { CannotCheck } from "../../../command/failure";
import { deployedIn, readDeployed } from "../../../cli/verify";
import { COMMANDS } from "../../../systems/commands";
import { organizationsThatWait, substra } from "../../../systems/substra/command";
import type { SubstraOutputs } from "../../../systems/substra/outputs";
import { makeAdmissions } from "./make-admissions";

const release = (namespace: string) => ({ name: "backend", namespace, revision: 1 });
const CONSORTIUM = {
  releases: { orchestrator: release("o"), organizations: {} },
  admissions: makeAdmissions(),
};
const organization = (mspId: string) => ({
  releases: { organizations: { [mspId]: release(mspId.toLowerCase()) } },
});
const mergeOf = (...all: object[]) => {
  const documents = all.map((content, position) => ({ origin: `stack ${position}`, content }));
  return consortiumIn(deployedIn(documents, COMMANDS));
};

function consortiumIn(deployed: ReturnType<typeof deployedIn>): SubstraOutputs {
  assert.deepEqual(
    deployed.map(({ system }) => system),
    [substra],
  );
  return deployed[0]?.outputs as SubstraOutputs;
}

describe("several sources", () => {
  it("are merged into one consortium", () => {
    const third = { waiting: { MyOrg3MSP: "nobody signs" } };
    const sources = [CONSORTIUM, organization("MyOrg1MSP"), organization("MyOrg2MSP"), third];
    assert.deepEqual(mergeOf(...sources), {
      orchestrator: release("o"),
      organizations: new Map([
        ["MyOrg1MSP", release("myorg1msp")],
        ["MyOrg2MSP", release("myorg2msp")],
      ]),
      admissions: CONSORTIUM.admissions,
      waiting: new Map([["MyOrg3MSP", ["nobody signs"]]]),
    });
  });

  const collisions: [string, object, RegExp][] = [
    [
      "two orchestrators",
      { releases: { orchestrator: release("p") } },
      /^both stack 0 and stack 1 have an orchestrator: give the sources of one consortium/,
    ],
    [
      "admissions twice",
      { ...organization("MyOrg2MSP"), admissions: makeAdmissions() },
      /^both stack 0 and stack 1 have admissions: /,
    ],
  ];
  for (const [what, second, message] of collisions) {
    it(`with ${what} are refused, and the message names them`, () => {
      assert.throws(
        () => mergeOf(CONSORTIUM, second),
        (error) => error instanceof CannotCheck && message.test(error.message),
      );
    });
  }

  it("with two installations of another system are refused, and the message names them", () => {
    const choreo = { project: "greeter", target: { kind: "console" }, components: {} };
    const content = { caBundle: "…", certificates: {}, choreo };
    assert.throws(() => mergeOf(content, content), {
      name: "CannotCheck",
      message:
        "both stack 0 and stack 1 have Choreo: give the sources of one installation, each once",
    });
  });

  it("with the same organization twice are refused, and the message names them", () => {
    const twice = [organization("MyOrg1MSP"), CONSORTIUM, organization("MyOrg1MSP")];
    assert.throws(
      () => mergeOf(...twice),
      /^CannotCheck: both stack 0 and stack 2 have a release of MyOrg1MSP: /,
    );
  });

  it("are read from files, which messages name", async () => {
    const directory = mkdtempSync(join(tmpdir(), "countersign-sources-"));
    try {
      const paths = ["a.json", "b.json"].map((name) => join(directory, name));
      const [one = "", other = ""] = paths;
      writeFileSync(one, JSON.stringify(organization("MyOrg1MSP")));
      writeFileSync(other, JSON.stringify(organization("MyOrg2MSP")));
      const sources = paths.map((path) => ({ kind: "file", path }) as const);
      const { organizations } = consortiumIn(await readDeployed(sources, COMMANDS));
      assert.deepEqual([...organizations.keys()], ["MyOrg1MSP", "MyOrg2MSP"]);
      writeFileSync(other, JSON.stringify(organization("MyOrg1MSP")));
      await assert.rejects(readDeployed(sources, COMMANDS), {
        name: "CannotCheck",
        message: `both ${one} and ${other} have a release of MyOrg1MSP: give the sources of one consortium, each once`,
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe("organizations that wait", () => {
  const waiting = (reason: string) => ({ waiting: { MyOrg2MSP: reason } });

  it("are not a failure; both sides say what they wait for", () => {
    const deployed = mergeOf(
      { ...CONSORTIUM, ...waiting("stack org-2 publishes no requests yet") },
      waiting("stack consortium publishes no certificate for MyOrg2MSP."),
    );
    assert.ok(substra.inCluster(deployed));
    assert.deepEqual(
      organizationsThatWait(deployed).map(({ party, code, severity, message }) => [
        party,
        code,
        severity,
        message,
      ]),
      [
        "it waits for its certificate: stack org-2 publishes no requests yet.",
        "it waits for its certificate: stack consortium publishes no certificate for MyOrg2MSP.",
      ].map((message) => ["MyOrg2MSP", "waiting", "warning", message]),
    );
  });

  it("for another certificate keep using the one that they have", () => {
    const reason = "stack consortium publishes no certificate for MyOrg2MSP";
    const [check] = organizationsThatWait(
      mergeOf({ ...organization("MyOrg2MSP"), ...waiting(reason) }),
    );
    assert.equal(check?.message, `it waits for its next certificate: ${reason}.`);
  });

  it("have nothing in a cluster if nothing else is deployed, and it is reported", () => {
    const deployed = mergeOf(waiting("nobody signs"));
    assert.ok(!substra.inCluster(deployed));
    const [check] = organizationsThatWait(deployed);
    assert.equal(
      check?.message,
      "it waits for its certificate, and nothing is deployed yet: nobody signs.",
    );
    assert.match(check.todo ?? "", /^Run `pulumi up` in turn: /);
  });

  it("have their check among those of the same party", () => {
    const [one, other, again] = ["a", "b", "a"].map((party) => new Checklist(party));
    one?.pass("release", "first");
    other?.pass("release", "second");
    again?.pass("key", "third");
    const checks = [one, other, again].flatMap((list) => list?.checks ?? []);
    assert.deepEqual(
      byParty(checks).map(({ message }) => message),
      ["first", "third", "second"],
    );
  });
});
