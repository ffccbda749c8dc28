import assert from "node:assert/strict";
import { output } from "@pulumi/pulumi";
import fc from "fast-check";
import {
  guardedOverrides,
  mergeValues,
  type ChartValues,
} from "../../../../components/kubernetes/helm/chart";

describe("mergeValues", () => {
  const table: [string, ChartValues, ChartValues, ChartValues][] = [
    ["maps key by key", { a: { b: 1, c: 2 } }, { a: { c: 3, d: 4 } }, { a: { b: 1, c: 3, d: 4 } }],
    ["lists as a whole", { a: [1, 2] }, { a: [3] }, { a: [3] }],
    ["null over a value, with which Helm removes it", { a: 1 }, { a: null }, { a: null }],
    ["a value over a map", { a: { b: 1 } }, { a: 2 }, { a: 2 }],
    ["a map over a value", { a: 1 }, { a: { b: 2 } }, { a: { b: 2 } }],
    ["an empty map over a map, which changes nothing", { a: { b: 1 } }, { a: {} }, { a: { b: 1 } }],
    ["new keys", { a: 1 }, { b: { c: 2 } }, { a: 1, b: { c: 2 } }],
  ];
  for (const [title, ours, overrides, merged] of table)
    it(`merges ${title}`, () => {
      const before = structuredClone(ours);
      assert.deepEqual(mergeValues(ours, overrides), merged);
      assert.deepEqual(ours, before);
    });

  it("treats outputs as values, not as maps", () => {
    const name = output("name");
    const merged = mergeValues({ a: { name } }, { a: { b: 1 } }) as { a: { name: unknown } };
    assert.equal(merged.a.name, name);
  });

  const values = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.jsonValue({ maxDepth: 3 }), {
    noNullPrototype: true,
  });

  it("has the override's value on every path of it, and the old value elsewhere", () => {
    fc.assert(
      fc.property(values, values, (ours, overrides) => {
        assert.deepEqual(mergeValues(ours, {}), ours);
        const merged = mergeValues(ours, overrides);
        assert.deepEqual(mergeValues(merged, overrides), merged);
      }),
    );
  });
});

describe("guardedOverrides", () => {
  const guards = [
    { path: "tls.enabled", reason: "TLS must not be disabled", allowed: true },
    { path: "tls", reason: "it is wired" },
  ];

  it("reports every override of a guarded value, with the reason of the first guard", () => {
    const overrides = { tls: { enabled: false, secret: { name: "mine" } }, replicas: 2 };
    assert.deepEqual(guardedOverrides(overrides, guards), [
      { path: "tls.enabled", message: "may not be overridden: TLS must not be disabled" },
      { path: "tls.secret.name", message: "may not be overridden: it is wired" },
    ]);
  });

  it("accepts the allowed value, an empty map over a map, and names with the same beginning", () => {
    assert.deepEqual(guardedOverrides({ tls: { enabled: true }, tlsMode: "x" }, guards), []);
    assert.deepEqual(guardedOverrides({ a: {} }, [{ path: "a.b", reason: "r" }]), []);
  });
});
