import assert from "node:assert/strict";
import { sortGenerations, type TrustPolicy } from "../../../enrollment/trust";
import { FINGERPRINTS, G1, G2 } from "./make-admission";

describe("the generations of a CA", () => {
  const { g1, g2 } = FINGERPRINTS;
  const authorities = {
    g2: { state: "trusted", certificate: G2 },
    g1: { state: "signing", certificate: G1 },
  } as const;

  const pinned = (...fingerprints: string[]): TrustPolicy => ({ fingerprints, firstUse: false });
  const firstUse: TrustPolicy = { fingerprints: [], firstUse: true };
  const rows: [string, TrustPolicy, readonly string[] | undefined, string[], string[]][] = [
    ["none is listed", pinned(), undefined, [], ["g1", "g2"]],
    ["one is listed", pinned(g2), undefined, ["g2"], ["g1"]],
    ["both are listed", pinned(g2, g1), undefined, ["g1", "g2"], []],
    ["it is the first use", firstUse, undefined, ["g1", "g2"], []],
    ["one is remembered", firstUse, [g1], ["g1"], ["g2"]],
    ["none of the remembered ones is left", firstUse, [], [], ["g1", "g2"]],
    [
      "one is remembered, one is listed",
      { ...firstUse, fingerprints: [g2] },
      [g1],
      ["g1", "g2"],
      [],
    ],
    ["remembered ones no longer count", pinned(g2), [g1], ["g2"], ["g1"]],
  ];
  for (const [when, policy, remembered, trusted, unknown] of rows) {
    it(`are trusted: ${trusted.join(", ") || "none"}, when ${when}`, () => {
      const sorted = sortGenerations({ authorities }, policy, remembered);
      assert.deepEqual(
        [sorted.trusted, sorted.unknown].map((list) => list.map(({ name }) => name)),
        [trusted, unknown],
      );
    });
  }

  it("are named in messages when they are read", () => {
    const broken = { g1: { state: "signing", certificate: "" } } as const;
    assert.throws(() => sortGenerations({ authorities: broken }, firstUse, undefined), {
      name: "PemError",
      message: "the certificate of CA generation g1 is empty.",
    });
  });
});
