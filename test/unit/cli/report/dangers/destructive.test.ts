import assert from "node:assert/strict";
import { destructive } from "../../../../../cli/report/dangers";
import type { KeptData, ObjectChange, ReleaseChange } from "../../../../../cli/report/model";
import type { PlannedResource } from "../../../../../cli/report/plan";
import { makePlan, makeResource, type Described } from "../make-plan";
import { release as makeRelease } from "../make-report";

const AT = new Date("2025-06-01T00:00:00Z");
const lost = (...resources: readonly PlannedResource[]) =>
  destructive(makePlan(...resources), [], AT);
const texts = (...resources: readonly PlannedResource[]) =>
  lost(...resources).map(({ text }) => text);

const named = (name: string, namespace = "org-1") => ({
  inputs: { metadata: { name, namespace } },
});
const SIDES = {
  deleted: (name: string) => ({ before: named(name) }),
  kept: (name: string) => ({ before: named(name), after: named(name) }),
};

function secret(name: string, sides: Partial<Described> = SIDES.deleted(name)): PlannedResource {
  return makeResource({ type: "kubernetes:core/v1:Secret", name, ...sides });
}

function namespace(name: string, sides: Partial<Described> = {}): PlannedResource {
  const before = { inputs: { metadata: { name } } };
  return makeResource({ type: "kubernetes:core/v1:Namespace", name, before, ...sides });
}

const release = (values: object) => ({ inputs: { name: "backend", namespace: "org-1", values } });
const WITH_DATA = {
  "StatefulSet.apps/apps/v1": ["backend-postgresql"],
  "PersistentVolumeClaim/v1": ["backend-media"],
  "Deployment.apps/apps/v1": ["backend-server"],
};

function releaseOf(sides: Partial<Described>): PlannedResource {
  return makeResource({ type: "kubernetes:helm.sh/v3:Release", name: "org-a", ...sides });
}

describe("a namespace that is deleted", () => {
  it("is reported with everything in it that the plan knows, none of which is reported again", () => {
    const found = lost(
      namespace("org-1"),
      releaseOf({ before: { ...release({}), outputs: { resourceNames: WITH_DATA } } }),
      secret("pair"),
      secret("ca"),
      secret("elsewhere", { before: named("elsewhere", "org-2") }),
    );
    assert.deepEqual(found, [
      {
        kind: "destructive",
        text: "Namespace org-1 is deleted with everything in it: Helm release backend (with the data of StatefulSet backend-postgresql and persistent volume claim backend-media), 2 Secrets and whatever others have put there.",
        todo: "Back up what is still needed first.",
      },
    ]);
  });

  it("should be kept for what stays in it", () => {
    const [found] = lost(namespace("org-1"), secret("pair", SIDES.kept("pair")));
    assert.equal(
      found?.todo,
      "Keep it (`createNamespace: true`): objects that stay in the stack would be deleted with it.",
    );
  });

  it("is reported even if another one replaces it, and not if it is updated", () => {
    const after = { inputs: { metadata: { name: "org-2" } } };
    assert.deepEqual(texts(namespace("org-1", { after, operation: "replace" })), [
      "Namespace org-1 is deleted with everything in it: whatever others have put there.",
    ]);
    const same = { inputs: { metadata: { name: "org-1" } } };
    assert.deepEqual(texts(namespace("org-1", { after: same, operation: "update" })), []);
  });

  it("is not reported if the engine leaves it in the cluster", () => {
    const before = { inputs: { metadata: { name: "org-1" } }, retained: true };
    assert.deepEqual(texts(namespace("org-1", { before })), []);
  });
});

describe("a release that is uninstalled", () => {
  it("is reported with what happens to its data", () => {
    const before = { ...release({}), outputs: { resourceNames: WITH_DATA } };
    assert.deepEqual(texts(releaseOf({ before })), [
      "Helm release backend in namespace org-1 is uninstalled: the data of persistent volume claim backend-media is lost, and the volumes of StatefulSet backend-postgresql stay behind without it.",
    ]);
    assert.deepEqual(texts(releaseOf({ before, after: release({}), operation: "replace" })), [
      "Helm release backend in namespace org-1 is uninstalled and installed again: the data of persistent volume claim backend-media is lost, and the volumes of StatefulSet backend-postgresql stay behind without it.",
    ]);
  });

  it("is not reported if it has no data, but is if that is not known", () => {
    const resourceNames = { "Deployment.apps/apps/v1": ["backend-server"] };
    assert.deepEqual(
      texts(releaseOf({ before: { ...release({}), outputs: { resourceNames } } })),
      [],
    );
    assert.deepEqual(texts(releaseOf({ before: release({}) })), [
      "Helm release backend in namespace org-1 is uninstalled: what data it has is not known.",
    ]);
  });
});

describe("a Secret that is deleted", () => {
  const naming = release({ orchestrator: { tls: { mtls: { list: [{ name: "pair-1" }] } } } });
  const staying = releaseOf({ before: naming, after: naming });

  it("is reported while a release names it", () => {
    assert.deepEqual(lost(staying, secret("pair-1")), [
      {
        kind: "destructive",
        text: "Secret pair-1 is deleted, and Helm release backend still names it: its pods cannot start without it.",
        todo: "Take pair-1 out of the release's values first, or keep the Secret.",
      },
    ]);
  });

  it("is reported even if one with another name replaces it", () => {
    const sides = {
      before: named("pair-1"),
      after: named("pair-2"),
      operation: "replace",
    } as const;
    assert.deepEqual(texts(staying, secret("pair-1", sides)), [
      "Secret pair-1 is deleted, and Helm release backend still names it: its pods cannot start without it.",
    ]);
  });

  it("is not reported if the release is deleted too, names another one, or is elsewhere", () => {
    const moved = releaseOf({ before: naming, after: release({ pair: "pair-2" }) });
    assert.deepEqual(texts(moved, secret("pair-1")), []);
    const gone = releaseOf({ before: { ...naming, outputs: { resourceNames: {} } } });
    assert.deepEqual(texts(gone, secret("pair-1")), []);
    assert.deepEqual(texts(staying, secret("pair-1", { before: named("pair-1", "org-2") })), []);
  });

  it("is not reported if it is created again under its fixed name", () => {
    const sides = { ...SIDES.kept("pair-1"), operation: "replace" } as const;
    assert.deepEqual(texts(staying, secret("pair-1", sides)), []);
  });
});

describe("a password that is replaced", () => {
  const password = (operation: "replace" | "same") =>
    makeResource({
      type: "random:index/randomPassword:RandomPassword",
      name: "org-a-database-password",
      operation,
      before: {},
      after: {},
    });
  const holder = (urn: string) =>
    makeResource({
      type: "kubernetes:core/v1:Secret",
      name: "org-a-database",
      before: { ...named("db-1"), dependencies: { stringData: [urn] } },
      after: named("db-2"),
    });
  const user = (urn: string) => ({ ...release({}), dependencies: { values: [urn] } });

  it("is reported while the release of its Secret stays", () => {
    const replaced = password("replace");
    const held = holder(replaced.urn);
    const stays = releaseOf({ before: user(held.urn), after: release({}), operation: "update" });
    assert.deepEqual(lost(replaced, held, stays), [
      {
        kind: "destructive",
        text: "Password org-a-database-password is replaced while Helm release backend stays: a database that was set up with it still requires it, and nobody has it any longer.",
        todo: "Keep it, or change the password in the database by hand at the same time; read it from its Secret first.",
      },
    ]);
  });

  it("is not reported if it stays, or the release is deleted", () => {
    const [stays, replaced] = [password("same"), password("replace")];
    const held = holder(stays.urn);
    const kept = releaseOf({ before: user(held.urn), after: release({}) });
    assert.deepEqual(texts(stays, held, kept), []);
    const gone = releaseOf({ before: { ...user(held.urn), outputs: { resourceNames: {} } } });
    assert.deepEqual(texts(replaced, held, gone), []);
  });
});

describe("a SpinnakerService that is deleted", () => {
  const service = (
    sides: Partial<Described> = {},
    type = "spinnaker.io/v1alpha2:SpinnakerService",
  ) =>
    makeResource({
      type: `kubernetes:${type}`,
      name: "spinnaker-service",
      before: named("spinnaker", "spinnaker"),
      ...sides,
    });

  it("takes all of Spinnaker with it", () => {
    assert.deepEqual(lost(service()), [
      {
        kind: "destructive",
        text: "SpinnakerService spinnaker in namespace spinnaker is deleted, and all of Spinnaker that the Operator has created from it is deleted.",
        todo: "Keep it; if others are to deploy it from now on, make Pulumi forget it first (`pulumi state delete`).",
      },
    ]);
    assert.equal(texts(service({}, "spinnaker.armory.io/v1alpha2:SpinnakerService")).length, 1);
  });

  it("does so even if it is created again", () => {
    const after = named("spinnaker-2", "spinnaker");
    assert.deepEqual(lost(service({ after, operation: "replace" })), [
      {
        kind: "destructive",
        text: "SpinnakerService spinnaker in namespace spinnaker is replaced, and all of Spinnaker that the Operator has created from it is deleted before it is created again.",
        todo: "Keep its name, its namespace and its kind, so that it is updated.",
      },
    ]);
  });

  it("is reported with its namespace if that is deleted too", () => {
    assert.deepEqual(texts(service(), namespace("spinnaker")), [
      "Namespace spinnaker is deleted with everything in it: SpinnakerService spinnaker with all of Spinnaker and whatever others have put there.",
    ]);
  });

  it("is not reported for a patch, nor if it stays", () => {
    for (const group of ["spinnaker.io", "spinnaker.armory.io"]) {
      assert.deepEqual(texts(service({}, `${group}/v1alpha2:SpinnakerServicePatch`)), []);
    }
    const after = named("spinnaker", "spinnaker");
    assert.deepEqual(texts(service({ after, operation: "update" })), []);
  });
});

describe("data that is removed from a release", () => {
  const removed = (kind: string, name: string, data?: KeptData) =>
    ({ kind, name, operation: "removed", diff: "", data }) as const;
  const lostOf = (overrides: Partial<ReleaseChange>) =>
    destructive(makePlan(), [makeRelease(overrides)], AT).map(({ text }) => text);

  it("is reported with where it stays, or as lost", () => {
    const objects = [
      removed("StatefulSet", "backend-postgresql", {
        claims: ["data-backend-postgresql-0"],
        isLost: false,
      }),
      removed("PersistentVolumeClaim", "media", { claims: ["media"], isLost: true }),
      removed("Service", "backend-postgresql"),
    ];
    assert.deepEqual(lostOf({ manifests: { objects, notes: [] } }), [
      "Helm release backend in namespace org-1 no longer has PersistentVolumeClaim media: the data of persistent volume claim media is lost.",
      "Helm release backend in namespace org-1 no longer has StatefulSet backend-postgresql: its data stays behind in persistent volume claim data-backend-postgresql-0, and nothing moves it to what replaces it.",
    ]);
  });

  it("is not reported if objects change, or if the whole release is deleted, which is reported separately", () => {
    const data = { claims: ["media"], isLost: true };
    const changed = { ...removed("PersistentVolumeClaim", "media", data), operation: "changed" };
    assert.deepEqual(lostOf({ manifests: { objects: [changed as ObjectChange], notes: [] } }), []);
    const objects = [removed("PersistentVolumeClaim", "media", data)];
    assert.deepEqual(lostOf({ operation: "removed", manifests: { objects, notes: [] } }), []);
    assert.deepEqual(lostOf({ manifests: { unavailable: "no chart" } }), []);
  });
});
