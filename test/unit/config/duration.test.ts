import assert from "node:assert/strict";
import fc from "fast-check";
import { durationOf, hoursOf } from "../../../config/fields";

describe("hoursOf", () => {
  const good: Record<string, number> = {
    "1h": 1,
    "36h": 36,
    "1d": 24,
    "90d": 2160,
    "2w": 336,
    "1y": 8760,
    "10y": 87600,
    "100y": 876000,
    "876000h": 876000,
  };
  for (const [text, hours] of Object.entries(good))
    it(`reads ${text} as ${hours} hours`, () => {
      assert.equal(hoursOf(text), hours);
    });

  const bad = [
    "",
    "90",
    "d",
    "0d",
    "090d",
    "-1d",
    "+1d",
    "1.5d",
    "1m",
    "1D",
    "1 d",
    " 1d",
    "1d ",
    "1d\n",
    "1d12h",
    "1e3h",
    "0x1d",
    "٣d",
    "101y",
    "876001h",
    "999999y",
    "P90D",
  ];
  for (const text of bad)
    it(`does not read ${JSON.stringify(text)}`, () => {
      assert.equal(hoursOf(text), undefined);
    });
});

describe("durationOf", () => {
  const table: Record<number, string> = {
    1: "1h",
    25: "25h",
    24: "1d",
    336: "14d",
    2160: "90d",
    8760: "1y",
    8784: "366d",
    87600: "10y",
  };
  for (const [hours, text] of Object.entries(table))
    it(`writes ${hours} hours as ${text}`, () => {
      assert.equal(durationOf(Number(hours)), text);
    });

  it("is read back as the same hours", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 876_000 }), (hours) => {
        assert.equal(hoursOf(durationOf(hours)), hours);
      }),
    );
  });
});
