import assert from "node:assert/strict";
import type { PlannedResource } from "../../../../cli/report/plan";
import { UNKNOWN } from "../../../../cli/report/value";
import { workloadChanges } from "../../../../cli/report/workloads";
import { makePlan, makeResource, type Described } from "./make-plan";

const changes = (...resources: readonly PlannedResource[]) =>
  workloadChanges(makePlan(...resources));

interface Pod {
  readonly probe?: string;
  readonly profile?: string;
  readonly image?: string;
}

const spec = ({ probe = "httpGet", profile = "echo-profile-1", image = "echo:1" }: Pod = {}) => ({
  template: {
    spec: {
      containers: [{ name: "echo", image, readinessProbe: { [probe]: { port: "http" } } }],
      volumes: [{ name: "config", configMap: { name: profile } }],
    },
  },
});

const state = (content: object, name = "echo") => ({
  inputs: { metadata: { name, namespace: "spinnaker" }, spec: content },
});

function deployment(before: object | undefined, after: object | undefined): PlannedResource {
  return makeResource({
    type: "kubernetes:apps/v1:Deployment",
    name: "spinnaker:spinnaker/echo",
    before: before && state(before),
    after: after && state(after),
    ...(before && after && { operation: "update" }),
  });
}

function profile(sides: Partial<Described> = {}): PlannedResource {
  const named = (name: string) => ({
    inputs: {
      metadata: { name, namespace: "spinnaker", annotations: { "pulumi.com/autonamed": "true" } },
    },
  });
  return makeResource({
    type: "kubernetes:core/v1:ConfigMap",
    name: "echo-profile",
    operation: "replace",
    before: named("echo-profile-1"),
    after: named("echo-profile-2"),
    ...sides,
  });
}

describe("the workloads of a plan", () => {
  it("roll with their pod template, and say because of which of its fields", () => {
    const after = spec({ profile: "echo-profile-2", probe: "tcpSocket" });
    assert.deepEqual(changes(deployment(spec(), after), profile()), [
      {
        kind: "Deployment",
        name: "echo",
        namespace: "spinnaker",
        operation: "changed",
        rolls: true,
        why: ["echo-profile changes", "readinessProbe changes"],
        values: [
          {
            path: "template.spec.containers[0].readinessProbe.httpGet.port",
            before: { text: "http" },
            after: undefined,
          },
          {
            path: "template.spec.containers[0].readinessProbe.tcpSocket.port",
            before: undefined,
            after: { text: "http" },
          },
          {
            path: "template.spec.volumes[0].configMap.name",
            before: { text: "echo-profile-1" },
            after: { newNameOf: "echo-profile" },
          },
        ],
      },
    ]);
  });

  it("name several fields once each", () => {
    const [found] = changes(deployment(spec(), spec({ image: "echo:2", probe: "tcpSocket" })));
    assert.deepEqual(found?.why, ["image and readinessProbe change"]);
  });

  it("do not roll if their pods stay, or are left alone", () => {
    const roll = (before: object, after: object) => changes(deployment(before, after))[0]?.rolls;
    assert.equal(roll({ ...spec(), replicas: 1 }, { ...spec(), replicas: 2 }), false);
    const paused = { ...spec({ image: "echo:2" }), paused: true };
    assert.equal(roll(spec(), paused), false);
  });

  it("are added and removed", () => {
    const operations = [deployment(undefined, spec()), deployment(spec(), undefined)].map(
      (each) => changes(each)[0],
    );
    assert.deepEqual(
      operations.map((each) => [each?.operation, each?.rolls, each?.why, each?.values]),
      [
        ["added", false, [], []],
        ["removed", false, [], []],
      ],
    );
  });

  it("are not reported if nothing in their spec changes", () => {
    assert.deepEqual(changes(deployment(spec(), spec())), []);
  });
});

describe("a SpinnakerService", () => {
  const config = (profileName: string) => ({
    spinnakerConfig: {
      profiles: { echo: { trust: `encryptedFile:k8s!n:${profileName}!k:ca.pem` } },
    },
  });
  const service = (type: string, before: object, after: object) =>
    makeResource({
      type: `kubernetes:spinnaker.io/v1alpha2:${type}`,
      name: "spinnaker-service",
      operation: "update",
      before: state(before, "spinnaker"),
      after: state(after, "spinnaker"),
    });

  for (const type of ["SpinnakerService", "SpinnakerServicePatch"]) {
    it(`says why it changes, and not what the Operator rolls: ${type}`, () => {
      const changed = service(type, config("echo-profile-1"), config("echo-profile-2"));
      const [found] = changes(changed, profile());
      assert.equal(found?.kind, "SpinnakerService");
      assert.equal(found.rolls, UNKNOWN);
      assert.deepEqual(found.why, ["echo-profile changes"]);
      assert.deepEqual(found.values, [
        {
          path: "spinnakerConfig.profiles.echo.trust",
          before: { text: "encryptedFile:k8s!n:echo-profile-1!k:ca.pem" },
          after: { text: "encryptedFile:k8s!n:<new name of echo-profile>!k:ca.pem" },
        },
      ]);
    });
  }

  it("says which of its parts change", () => {
    const after = { spinnakerConfig: { profiles: { gate: { server: { port: 1 } } } } };
    const [found] = changes(service("SpinnakerService", {}, after));
    assert.deepEqual(found?.why, ["profiles.gate changes"]);
  });
});

describe("a Workload of OpenChoreo", () => {
  it("says which of its entries change, and not what the platform rolls", () => {
    const container = (certificate: string) => ({
      container: { files: [{ key: "server.crt", mountPath: "/tls", value: certificate }] },
    });
    const [found] = changes(
      makeResource({
        type: "kubernetes:openchoreo.dev/v1alpha1:Workload",
        name: "choreo-greeter-workload",
        operation: "update",
        before: state(container("one"), "greeter"),
        after: state(container("other"), "greeter"),
      }),
    );
    assert.equal(found?.kind, "Workload");
    assert.equal(found.rolls, UNKNOWN);
    assert.deepEqual(found.why, ["container.files[0] changes"]);
  });
});
