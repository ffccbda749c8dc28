import assert from "node:assert/strict";
import { timeline } from "../../../../../cli/report/render/timeline";
import { UNKNOWN } from "../../../../../cli/report/value";
import { lifetime } from "../make-report";
import { linesOf } from "./markdown-of";

const CA = lifetime({
  kind: "authority",
  owner: "CA generation g1",
  name: "ca/g1",
  notBefore: "2025-01-01T00:00:00Z",
  notAfter: "2034-12-30T00:00:00Z",
  renewBeforeHours: undefined,
});

const CHART = [
  "```mermaid",
  "gantt",
  "  dateFormat YYYY-MM-DD",
  "  axisFormat %Y-%m-%d",
  "  todayMarker off",
  "  section Report",
  "  made 2026-01-05 : milestone, report, 2026-01-05, 0d",
];

describe("the timeline", () => {
  it("has a separate chart for lifetimes of many years", () => {
    assert.deepEqual(linesOf(timeline, { lifetimes: [CA, lifetime()] }), [
      "## Timeline",
      "",
      "Renewal windows are red.",
      "",
      ...CHART,
      "  section MyOrg1MSP",
      "  until 2026-04-01 : s0b0, 2026-01-01, 2026-03-02",
      "  renewal from 2026-03-02 : crit, s0b0r, 2026-03-02, 2026-04-01",
      "```",
      "",
      ...CHART,
      "  section CA generation g1",
      "  until 2034-12-30 : s0b0, 2025-01-01, 2034-12-30",
      "```",
    ]);
  });

  it("draws new certificates from the day of the report on, and says so", () => {
    const fresh = lifetime({ notBefore: UNKNOWN, notAfter: UNKNOWN, hours: 90 * 24 });
    assert.deepEqual(linesOf(timeline, { lifetimes: [fresh] }).slice(2), [
      "Renewal windows are red. What this change issues is drawn from the day of the report on.",
      "",
      ...CHART,
      "  section MyOrg1MSP",
      "  new until about 2026-04-05 : active, s0b0, 2026-01-05, 2026-03-06",
      "  renewal from 2026-03-06 : crit, s0b0r, 2026-03-06, 2026-04-05",
      "```",
    ]);
  });

  it("names the certificates of one owner, and shows short lifetimes as a day", () => {
    const short = lifetime({
      name: "short: 1",
      notBefore: "2026-01-05T00:00:00Z",
      notAfter: "2026-01-05T16:00:00Z",
      renewBeforeHours: 8,
    });
    assert.deepEqual(linesOf(timeline, { lifetimes: [lifetime(), short] }).slice(11, -1), [
      "  section MyOrg1MSP",
      "  until 2026-01-05 short#58; 1 : s0b0, 2026-01-05, 2026-01-06",
      "  renewal from 2026-01-05 08#58;00Z short#58; 1 : crit, s0b0r, 2026-01-05, 2026-01-06",
      "  until 2026-04-01 my-org1-msp-certificate : s0b1, 2026-01-01, 2026-03-02",
      "  renewal from 2026-03-02 my-org1-msp-certificate : crit, s0b1r, 2026-03-02, 2026-04-01",
    ]);
  });

  it("names what it does not know, and does not draw it", () => {
    const unknown = lifetime({ notAfter: UNKNOWN });
    assert.deepEqual(linesOf(timeline, { lifetimes: [unknown] }), [
      "## Timeline",
      "",
      "The dates of these are not known before the `up`: `MyOrg1MSP` (`my-org1-msp-certificate`).",
    ]);
  });

  it("draws at most thirty, those that expire first", () => {
    const lifetimes = Array.from({ length: 40 }, (_, index) =>
      lifetime({
        owner: `P${index}`,
        notAfter: new Date(Date.UTC(2026, 5, 40 - index)).toISOString(),
      }),
    );
    const lines = linesOf(timeline, { lifetimes });
    const sections = lines.filter((line) => line.startsWith("  section P"));
    assert.deepEqual(
      [sections.length, sections[0], sections[29]],
      [30, "  section P39", "  section P10"],
    );
    assert.equal(
      lines.at(-1),
      "_10 more that end later are not drawn, the first of them on 2026-07-01._",
    );
  });
});
