import assert from "node:assert/strict";
import { compare, earlierConfig, mostAlike } from "../../../../cli/fleet/report/comparison";
import { comparisonLines } from "../../../../cli/fleet/report/summary";
import { SECRET } from "../../../../cli/report/value";
import { keys } from "../../x509/make-keys";

describe("the comparison of two stacks", () => {
  it("has the values that differ, and never a secret", () => {
    const key = keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const here = { a: { version: "2", same: 1, password: SECRET, token: SECRET }, list: ["x"] };
    const there = {
      a: { version: "1", same: 1, password: SECRET, old: true, key },
      list: ["x", "y"],
    };
    assert.deepEqual(compare(here, there), [
      { key: "a.key", there: "(a private key, not shown)" },
      { key: "a.old", there: "true" },
      { key: "a.token", here: "secret" },
      { key: "a.version", here: '"2"', there: '"1"' },
      { key: "list[1]", there: "y" },
    ]);
  });

  it("is made with the stack that has the most keys in common; of several, with the last one", () => {
    const organization = { organizations: 1 };
    const others = new Map<string, Record<string, number>>([
      ["consortium", { authority: 1, orchestrator: 1 }],
      ["org-1", { organizations: 1 }],
      ["org-2", { organizations: 2 }],
      ["mixed", { organizations: 1, authority: 1 }],
    ]);
    assert.equal(mostAlike(organization, others), "org-2");
    assert.equal(mostAlike({ authority: 1 }, others), "mixed");
    assert.equal(mostAlike({ spinnaker: 1 }, others), undefined);
    assert.equal(mostAlike(organization, new Map()), undefined);
  });
});

describe("the comparison of a stack with itself", () => {
  const update = (day: number, config: Record<string, object>, more: object = {}) => ({
    kind: "update",
    result: "succeeded",
    startTime: `2026-11-0${day}T10:20:30.000Z`,
    config,
    ...more,
  });
  const object = (objectValue: object) => ({ value: "{…}", objectValue, secret: false });
  const current = { "p:a": { version: 2 }, "p:n": 5, "p:secret": { key: SECRET } };
  const same = {
    "p:a": object({ version: 2 }),
    "p:n": { value: "5", secret: false },
    "p:secret": { secret: true },
    "p:project": { value: "x", secret: false },
  };
  const older = { ...same, "p:a": object({ version: 1, password: "plain" }) };

  it("is made with the newest update that succeeded with another configuration", () => {
    const history = [
      update(6, same),
      update(5, { "p:a": object({ version: 9 }) }, { result: "failed" }),
      update(4, {}, { kind: "destroy" }),
      update(3, older),
      update(2, { "p:a": object({ version: 0 }) }),
    ];
    assert.deepEqual(earlierConfig(history, current, ["p:project"]), {
      updated: "2026-11-03T10:20:30.000Z",
      values: [
        { key: "p:a.password", there: "secret" },
        { key: "p:a.version", here: "2", there: "1" },
      ],
    });
  });

  it("has nothing to report if the configuration was always the same, or if nothing is known", () => {
    assert.equal(earlierConfig([update(1, same)], current, ["p:project"]), undefined);
    assert.equal(earlierConfig([], current, []), undefined);
    assert.equal(earlierConfig("unreadable", current, []), undefined);
  });
});

describe("the text of a comparison", () => {
  const before = { updated: "2026-11-03T10:20:30.000Z", values: [{ key: "a", here: "2" }] };

  it("names the other stack with its values, and the update before the last change", () => {
    const values = [
      { key: "a", here: "2", there: "1" },
      { key: "b", there: "1" },
    ];
    const lastGood = {
      stack: "org-1",
      values,
      usual: ["host", "namespace"],
      charts: ["backend 1.2.0", "db 3.0.0"],
    };
    assert.deepEqual(comparisonLines("org-3", { lastGood, before }), [
      "org-3 differs from org-1, the last stack of its kind that holds with backend 1.2.0, db 3.0.0:",
      "  a: 2 (org-1: 1)",
      "  b: not set (org-1: 1)",
      "  left out, since they differ between stacks that hold: host, namespace",
      "The configuration of org-3 has changed since its update of 2026-11-03 10:20 UTC:",
      "  a: 2 (before: not set)",
    ]);
  });

  it("says so if nothing differs, if nothing holds yet, or if nothing can be compared", () => {
    const lastGood = { stack: "org-1", values: [], usual: [], charts: [] };
    assert.deepEqual(comparisonLines("org-3", { lastGood }), [
      "org-3 has the same values and charts as org-1, the last stack of its kind that holds.",
    ]);
    assert.deepEqual(comparisonLines("org-3", {}), ["No stack of its kind holds yet."]);
    assert.deepEqual(comparisonLines("org-3", "no backend"), [
      "org-3 cannot be compared: no backend",
    ]);
  });

  it("is short", () => {
    const values = Array.from({ length: 40 }, (_, index) => ({ key: `k${index}`, here: "1" }));
    const lines = comparisonLines("x", { lastGood: { stack: "y", values, usual: [], charts: [] } });
    assert.equal(lines.length, 17);
    assert.equal(lines.at(-1), "  and 25 more, which --json lists");
  });
});
