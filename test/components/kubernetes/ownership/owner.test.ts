import assert from "node:assert/strict";
import { foreignIn } from "../../../../components/kubernetes/ownership/judge";
import {
  kindOfType,
  listed,
  originOf,
  saysItIsOf,
  wasTakenOver,
  type LiveObject,
  type Metadata,
} from "../../../../components/kubernetes/ownership/object";

const STACK = { fullName: "organization/countersign/dev", id: "0a1b" };

describe("kindOfType", () => {
  for (const [type, kind] of [
    ["kubernetes:core/v1:Namespace", { apiVersion: "v1", kind: "Namespace" }],
    ["kubernetes:apps/v1:Deployment", { apiVersion: "apps/v1", kind: "Deployment" }],
    [
      "kubernetes:spinnaker.io/v1alpha2:SpinnakerService",
      { apiVersion: "spinnaker.io/v1alpha2", kind: "SpinnakerService" },
    ],
    ["kubernetes:apps/v1:DeploymentPatch", undefined],
    ["kubernetes:helm.sh/v3:Release", undefined],
    ["kubernetes:kustomize/v2:Directory", undefined],
    ["random:index/randomId:RandomId", undefined],
  ] as const)
    it(`of ${type} is ${kind?.apiVersion ?? "none"}`, () => {
      assert.deepEqual(kindOfType(type), kind);
    });
});

describe("saysItIsOf", () => {
  const says = (
    annotations: Metadata["annotations"],
    stack: Parameters<typeof saysItIsOf>[1] = STACK,
  ) => saysItIsOf({ name: "org-3", annotations }, stack);

  it("recognizes the mark by the stack's identity, even after the stack was renamed", () => {
    assert.ok(says({ "countersign/made-by": "organization/countersign/dev#0a1b" }));
    assert.ok(says({ "countersign/made-by": "organization/countersign/old-name#0a1b" }));
  });

  it("does not mistake another stack with the same name for itself", () => {
    assert.ok(!says({ "countersign/made-by": "organization/countersign/dev#ffff" }));
    const fresh = { ...STACK, id: undefined };
    assert.ok(!says({ "countersign/made-by": "organization/countersign/dev#0a1b" }, fresh));
    assert.ok(!says({ "countersign/made-by": "organization/countersign/dev" }, fresh));
    assert.ok(!says({}));
    assert.ok(!says(undefined));
  });

  it("accepts an object that a person hands over by name", () => {
    const fresh = { ...STACK, id: undefined };
    assert.ok(says({ "countersign/adopted-by": "organization/countersign/dev" }, fresh));
    assert.ok(!says({ "countersign/adopted-by": "organization/countersign/prod" }, fresh));
  });
});

describe("originOf", () => {
  const origin = (metadata: Partial<Metadata>) => originOf({ name: "org-3", ...metadata });
  const time = "2026-11-28T20:00:00Z";

  for (const [title, metadata, expected] of [
    ["nobody", {}, "made by somebody else"],
    [
      "kubectl, with somebody's labels",
      {
        creationTimestamp: time,
        labels: { "kubernetes.io/metadata.name": "org-3", team: "research" },
        managedFields: [
          { manager: "kubectl-label", time: "2026-11-28T21:00:00Z" },
          { manager: "kubectl-create", time },
        ],
      },
      'made by "kubectl-create" (on 2026-11-28T20:00:00Z, label team=research)',
    ],
    [
      "another stack",
      { annotations: { "countersign/made-by": "organization/countersign/dev#ffff" } },
      `made by Countersign's stack "organization/countersign/dev" in another backend, or before it was destroyed`,
    ],
    [
      "Helm",
      {
        annotations: {
          "meta.helm.sh/release-name": "shop",
          "meta.helm.sh/release-namespace": "books",
        },
        labels: { "app.kubernetes.io/managed-by": "Helm" },
      },
      'made by Helm release "shop" of namespace "books" (label app.kubernetes.io/managed-by=Helm)',
    ],
    [
      "its owner",
      { ownerReferences: [{ kind: "Certificate", name: "shop" }] },
      'made by Certificate "shop"',
    ],
    [
      "a label",
      { labels: { "app.kubernetes.io/managed-by": "argocd" } },
      'made by "argocd" (label app.kubernetes.io/managed-by=argocd)',
    ],
    [
      "Pulumi",
      { managedFields: [{ manager: "pulumi-kubernetes-1a2b", time }] },
      "made by another Pulumi stack",
    ],
  ] as const)
    it(`names ${title}`, () => {
      assert.equal(origin(metadata), expected);
    });

  it("escapes what strangers wrote", () => {
    const annotations = { "meta.helm.sh/release-name": "\u202eshop\n" };
    assert.match(origin({ annotations }), /release "\\u\{202e\}shop\\u\{a\}"/);
  });
});

describe("wasTakenOver", () => {
  const metadata = (managedFields: Metadata["managedFields"]): Metadata => ({
    name: "org-3",
    creationTimestamp: "2026-11-28T20:00:00Z",
    managedFields,
  });
  const ours = (time: string) => ({ manager: "pulumi-kubernetes-1a2b", time });

  it("recognizes who created it", () => {
    const by = { manager: "kubectl-create", time: "2026-11-28T20:00:00Z" };
    assert.ok(wasTakenOver(metadata([by])));
    assert.ok(wasTakenOver(metadata([by, ours("2026-11-28T20:10:00Z")])));
  });

  it("does not say so of what Pulumi created, whoever changed it later", () => {
    const later = { manager: "kubectl-label", time: "2026-11-28T21:00:00Z" };
    const controller = {
      manager: "kube-controller-manager",
      time: "2026-11-28T20:00:00Z",
      subresource: "status",
    };
    for (const fields of [
      undefined,
      [],
      [later],
      [ours("2026-11-28T20:00:01Z"), later, controller],
    ]) {
      assert.ok(!wasTakenOver(metadata(fields)), JSON.stringify(fields));
    }
  });
});

describe("foreignIn", () => {
  const object = (kind: string, name: string, metadata: Partial<Metadata> = {}): LiveObject => ({
    kind,
    metadata: { name, ...metadata },
  });
  const own = { stack: STACK, uids: new Set(["u1"]), releases: new Set(["backend"]) };

  it("omits the objects of the stack, of its releases and of the cluster itself", () => {
    const content = [
      object("Secret", "pair", { uid: "u1" }),
      object("Secret", "keys", { annotations: { "countersign/made-by": "x#0a1b" } }),
      object("Service", "server", { annotations: { "meta.helm.sh/release-name": "backend" } }),
      object("PersistentVolumeClaim", "data-0", {
        labels: { "app.kubernetes.io/instance": "backend" },
      }),
      object("Secret", "sh.helm.release.v1.backend.v1", {
        labels: { owner: "helm", name: "backend" },
      }),
      object("Pod", "server-1", { ownerReferences: [{ kind: "ReplicaSet", name: "server" }] }),
      object("Job", "migrations", { annotations: { "helm.sh/hook": "pre-upgrade" } }),
      object("ConfigMap", "kube-root-ca.crt"),
      object("ServiceAccount", "default"),
      object("Secret", "default-token", {
        annotations: { "kubernetes.io/service-account.name": "default" },
      }),
    ];
    assert.deepEqual(foreignIn(content, own), []);
  });

  it("finds everything else", () => {
    const content = [
      object("ConfigMap", "research-data", { uid: "u2" }),
      object("Secret", "keys", { annotations: { "countersign/made-by": "x#ffff" } }),
      object("Service", "db", { annotations: { "meta.helm.sh/release-name": "other" } }),
      object("ServiceAccount", "robot"),
    ];
    const found = foreignIn(content, own);
    assert.deepEqual(found, content);
    assert.equal(
      listed(found),
      'ConfigMap "research-data", Secret "keys", Service "db" and 1 more',
    );
  });
});
