import assert from "node:assert/strict";
import { byId, compareObjects } from "../../../../../../cli/report/releases/manifests/compare";
import { documentsIn, objectsIn } from "../../../../../../cli/report/releases/manifests/objects";
import {
  drawnObjects,
  keptWorkloads,
  rollingWorkloads,
  workloadsByChance,
} from "../../../../../../cli/report/releases/manifests/rolls";

const read = (...documents: readonly string[]) =>
  objectsIn(documentsIn(documents.join("\n---\n")), "ns", (text) => text);

function compare(before: readonly string[], after: readonly string[]) {
  return compareObjects({ before: read(...before), after: read(...after) });
}

const map = (name: string, data: string, annotations = "{}") =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, annotations: ${annotations} }\ndata: ${data}`;

const secret = (data: string, field = "data") =>
  `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\n${field}: ${data}`;

const workload = (kind: string, name: string, image: string, spec = "") =>
  `apiVersion: apps/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: { ${spec}template: { image: ${image} } }`;

describe("the objects of an upgrade", () => {
  it("are reported by kind and name if they are added, removed or changed", () => {
    const { objects, notes } = compare(
      [map("gone", "{}"), map("same", "{ a: b }"), map("changed", "{ a: b, c: d }")],
      [map("changed", "{ c: d, a: x }"), map("came", "{}"), map("same", "{ a: b }")],
    );
    assert.deepEqual(notes, []);
    assert.deepEqual(objects, [
      { kind: "ConfigMap", name: "came", operation: "added", diff: "" },
      {
        kind: "ConfigMap",
        name: "changed",
        operation: "changed",
        diff: [
          "@@ -1,6 +1,6 @@",
          " apiVersion: v1",
          " data:",
          "-  a: b",
          "+  a: x",
          "   c: d",
          " kind: ConfigMap",
          " metadata:",
          "",
        ].join("\n"),
      },
      { kind: "ConfigMap", name: "gone", operation: "removed", diff: "" },
    ]);
  });

  it("do not change with the order of their keys", () => {
    const { objects } = compare([map("a", "{ x: 1, y: 2 }")], [map("a", "{ y: 2, x: 1 }")]);
    assert.deepEqual(objects, []);
  });

  it("show only which of a Secret's data changes", () => {
    const [change] = compare(
      [secret("{ kept: a2VwdA==, other: b25l, gone: eA== }")],
      [secret("{ kept: a2VwdA==, other: dHdv, came: eA== }")],
    ).objects;
    assert.deepEqual(change?.diff.split("\n"), [
      "@@ -1,8 +1,8 @@",
      " apiVersion: v1",
      " data:",
      "-  gone: (hidden)",
      "+  came: (hidden)",
      "   kept: (hidden)",
      "-  other: (hidden)",
      "+  other: (hidden, changed)",
      " kind: Secret",
      " metadata:",
      "   name: s",
      "",
    ]);
  });

  it("show nothing of text data, an inner Secret, or kubectl's copy", () => {
    const copy = "kubectl.kubernetes.io/last-applied-configuration";
    const inner = (value: string) =>
      `kind: Wrap\nmetadata: { name: w, annotations: { ${copy}: ${value} } }\nspec: { template: { kind: Secret, stringData: { p: ${value} } } }`;
    for (const [before, after] of [
      [secret("{ p: hunter2 }", "stringData"), secret("{ p: hunter3 }", "stringData")],
      [inner("hunter2"), inner("hunter3")],
    ] as const) {
      const [change] = compare([before], [after]).objects;
      assert.match(change?.diff ?? "", /\+ +\S+: \(hidden, changed\)/);
      assert.doesNotMatch(change?.diff ?? "", /hunter/);
    }
  });

  it("show nothing of a private key, wherever it is", () => {
    const key = (body: string) =>
      JSON.stringify(`-----BEGIN EC PRIVATE KEY-----\n${body}\n-----END EC PRIVATE KEY-----\n`);
    const [change] = compare(
      [map("a", `{ k: ${key("AAAA")} }`)],
      [map("a", `{ k: ${key("BBBB")} }`)],
    ).objects;
    assert.match(change?.diff ?? "", /^-  k: \(a private key, not shown\)$/m);
    assert.match(change?.diff ?? "", /^\+  k: \(a private key, not shown, changed\)$/m);
  });

  it("stay if their policy says so", () => {
    const { objects, notes } = compare([map("a", "{}", "{ helm.sh/resource-policy: keep }")], []);
    assert.deepEqual(objects, []);
    assert.deepEqual(notes, [
      "the chart no longer contains these, but their resource policy keeps them in the cluster: ConfigMap a",
    ]);
  });

  it("are reported with the claims that hold their data if they are removed", () => {
    const set = (name: string, spec: string) =>
      `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: ${name} }\nspec: ${spec}`;
    const templates = "volumeClaimTemplates: [{ metadata: { name: data } }]";
    const { objects } = compare(
      [
        set("db", `{ replicas: 2, ${templates} }`),
        set("cache", "{ replicas: 1 }"),
        set(
          "gone",
          `{ persistentVolumeClaimRetentionPolicy: { whenDeleted: Delete }, ${templates} }`,
        ),
        "kind: PersistentVolumeClaim\nmetadata: { name: media }",
      ],
      [],
    );
    assert.deepEqual(
      objects.map(({ name, data }) => [name, data]),
      [
        ["media", { claims: ["media"], isLost: true }],
        ["cache", undefined],
        ["db", { claims: ["data-db-0", "data-db-1"], isLost: false }],
        ["gone", { claims: ["data-gone-0"], isLost: true }],
      ],
    );
  });

  it("are left alone by Helm in the folder of custom resource definitions", () => {
    const definition = (spec: string) =>
      `# Source: c/crds/a.yaml\nkind: CustomResourceDefinition\nmetadata: { name: a }\nspec: ${spec}`;
    const { objects, notes } = compare([definition("1")], [definition("2")]);
    assert.deepEqual(objects, []);
    assert.deepEqual(notes, ["Helm does not update what is in a chart's folder `crds`: a"]);
  });

  it("do not differ in random content", () => {
    const drawn = (value: string) => map("a", `{ drawn: ${value}, fixed: b }`);
    const [before, once, again] = [read(drawn("x1")), read(drawn("x2")), read(drawn("x3"))];
    const chance = { once: byId(once), again: byId(again) };
    assert.deepEqual(compareObjects({ before, after: once, chance }).objects, []);
  });
});

describe("the workloads that roll", () => {
  const upgrade = (before: readonly string[], after: readonly string[]) => ({
    before: read(...before),
    after: read(...after),
  });

  it("are those on both sides whose pod template differs", () => {
    const before = [
      workload("StatefulSet", "b", "1"),
      workload("Deployment", "a", "1"),
      workload("Deployment", "same", "1", "replicas: 1, "),
      workload("Deployment", "gone", "1"),
      workload("Job", "job", "1"),
    ];
    const after = [
      workload("StatefulSet", "b", "2"),
      workload("Deployment", "a", "2"),
      workload("Deployment", "same", "1", "replicas: 2, "),
      workload("DaemonSet", "came", "2"),
      workload("Job", "job", "2"),
    ];
    assert.deepEqual(rollingWorkloads(upgrade(before, after)), ["Deployment a", "StatefulSet b"]);
    assert.deepEqual(keptWorkloads(upgrade(before, after)), [
      "Deployment a",
      "Deployment same",
      "StatefulSet b",
    ]);
  });

  it("do not include those that wait for somebody", () => {
    const before = [workload("Deployment", "a", "1"), workload("DaemonSet", "b", "1")];
    const after = [
      workload("Deployment", "a", "2", "paused: true, "),
      workload("DaemonSet", "b", "2", "updateStrategy: { type: OnDelete }, "),
    ];
    assert.deepEqual(rollingWorkloads(upgrade(before, after)), []);
  });

  it("are separate from those whose template differs every time", () => {
    const [before, once, again] = ["1", "2", "3"].map((drawn) =>
      read(workload("Deployment", "a", drawn)),
    );
    assert.ok(before && once && again);
    const drawn = { before, after: once, chance: { once: byId(once), again: byId(again) } };
    assert.deepEqual(rollingWorkloads(drawn), []);
    assert.deepEqual(workloadsByChance(drawn), ["Deployment a"]);
    assert.deepEqual(drawnObjects(drawn), []);
  });
});

describe("the content that every upgrade regenerates", () => {
  const drawn = (value: string) => [
    secret(`{ fixed: eA==, SECRET_KEY: ${value} }`, "stringData"),
    map("a", `{ b: { c: ${value} }, list: [1, ${value}] }`, `{ note: ${value} }`),
    map("same", "{ fixed: x }"),
    workload("Deployment", "w", value),
  ];

  it("consists of the fields of objects on both sides that differ in every rendering", () => {
    const [before, once, again] = ["x1", "x2", "x3"].map((value) => read(...drawn(value)));
    assert.ok(before && once && again);
    const chance = { once: byId(once), again: byId(again) };
    assert.deepEqual(drawnObjects({ before, after: once, chance }), [
      { object: "ConfigMap a", fields: ["b.c", "list", "metadata.annotations.note"] },
      { object: "Secret s", fields: ["SECRET_KEY"] },
    ]);
    const added = drawnObjects({ before: [], after: once, chance });
    assert.deepEqual(added, []);
  });

  it("is empty if nothing is random", () => {
    const sides = { before: read(...drawn("x1")), after: read(...drawn("x2")) };
    assert.deepEqual(drawnObjects(sides), []);
  });
});
