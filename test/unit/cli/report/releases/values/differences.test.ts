import assert from "node:assert/strict";
import {
  differences,
  secretChanges,
} from "../../../../../../cli/report/releases/values/differences";
import { SECRET, UNKNOWN, type Property } from "../../../../../../cli/report/value";

const none = () => false;

/** Differences as `path: before -> after`, with `-` for a missing value. */
function told(before: Property | undefined, after: Property | undefined, changed = none): string[] {
  const text = (value: Property | undefined) => (value === undefined ? "-" : JSON.stringify(value));
  return differences(before, after, changed).map(
    (each) => `${each.path}: ${text(each.before)} -> ${text(each.after)}`,
  );
}

describe("values of a release", () => {
  it("differ in the leaves of maps, in the order of their keys", () => {
    assert.deepEqual(
      told(
        { b: { c: 1, same: true }, a: "x", gone: "g" },
        { b: { c: 2, same: true }, a: "y", new: null },
      ),
      ['a: "x" -> "y"', "b.c: 1 -> 2", 'gone: "g" -> -', "new: - -> null"],
    );
  });

  it("are reported leaf by leaf if a whole section is added or removed", () => {
    const resources = { limits: { memory: "512Mi", cpu: 1 }, claims: [], extra: {} };
    assert.deepEqual(told({}, { resources }), [
      "resources.claims: - -> []",
      "resources.extra: - -> {}",
      "resources.limits.cpu: - -> 1",
      'resources.limits.memory: - -> "512Mi"',
    ]);
    assert.deepEqual(told({ resources: null }, { resources: { cpu: 1 } }), [
      "resources: null -> -",
      "resources.cpu: - -> 1",
    ]);
  });

  it("have their keys quoted as Pulumi quotes them", () => {
    assert.deepEqual(told({}, { "prometheus.io/scrape": { "a/b": 1, "": 2 } }), [
      '["prometheus.io/scrape"][""]: - -> 2',
      '["prometheus.io/scrape"].a/b: - -> 1',
    ]);
  });

  it("report only the items of a list that are added, removed or changed", () => {
    assert.deepEqual(told({ l: ["a", "b", "c"] }, { l: ["b", "c", "d"] }), [
      'l[0]: "a" -> -',
      'l[2]: - -> "d"',
    ]);
    assert.deepEqual(told({ l: ["a", "b"] }, { l: ["x", "b"] }), ['l[0]: "a" -> "x"']);
    assert.deepEqual(told([1], []), ["[0]: 1 -> -"]);
  });

  it("are paired by name within a list", () => {
    const before = [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
    ];
    const after = [
      { name: "C", value: "3" },
      { name: "B", value: "4" },
    ];
    assert.deepEqual(told({ env: before }, { env: after }), [
      'env[0].name: - -> "C"',
      'env[0].value: - -> "3"',
      'env[1].value: "2" -> "4"',
      'env[0].name: "A" -> -',
      'env[0].value: "1" -> -',
    ]);
  });

  it("are reported as secret or unknown if they become so", () => {
    assert.deepEqual(differences({ a: "x", b: "y" }, { a: SECRET, b: UNKNOWN }, none), [
      { path: "a", before: "x", after: SECRET },
      { path: "b", before: "y", after: UNKNOWN },
    ]);
  });

  it("differ if they are secret on both sides and the engine says so", () => {
    const values = { auth: { password: SECRET }, list: [SECRET, SECRET], section: SECRET };
    const changed = secretChanges(
      [
        { path: "values.auth.password", kind: "update" },
        { path: "values.list[1]", kind: "update" },
        { path: "values.section.token", kind: "add" },
        { path: "valuesFrom", kind: "update" },
      ],
      "values",
    );
    assert.deepEqual(
      differences(values, values, changed).map(({ path }) => path),
      ["auth.password", "list[1]", "section"],
    );
    assert.deepEqual(differences(values, values, none), []);
  });

  it("are one value if they are secret as a whole", () => {
    const changed = secretChanges([{ path: "values.a.b", kind: "update" }], "values");
    assert.deepEqual(differences(SECRET, SECRET, changed), [
      { path: "", before: SECRET, after: SECRET },
    ]);
    assert.equal(secretChanges([{ path: "timeout", kind: "update" }], "values")(""), false);
  });
});
