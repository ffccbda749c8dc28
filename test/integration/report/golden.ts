import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Folder of the expected reports; docs/reports shows them. */
export const GOLDEN = join(__dirname, "golden");

/** The date that all expected reports show as the day of their creation. */
const DAY = "2026-01-05";

/** Variable that, if set, stores the reports as the expected ones, to be reviewed in the diff. */
const REWRITE = "COUNTERSIGN_REWRITE_GOLDEN";

/** Fails unless a report equals the expected one, byte for byte, except for what differs between runs. */
export function assertGolden(file: string, report: string, at: Date): void {
  const path = join(GOLDEN, file);
  const found = timeless(report, at);
  if (process.env[REWRITE] !== undefined) {
    mkdirSync(GOLDEN, { recursive: true });
    writeFileSync(path, found);
  }
  assert.equal(found, readFileSync(path, "utf8"), `${file}; ${REWRITE}=1 rewrites it`);
}

/**
 * Moves all times to one day (keeping the intervals between them), and replaces fingerprints and the random suffixes of
 * names by stand-ins in the order of their appearance.
 */
export function timeless(report: string, at: Date): string {
  const shift = Date.parse(`${DAY}T12:00:00Z`) - at.getTime();
  const stand = new Map<string, string>();
  const standIn = (text: string) => {
    const known = stand.get(text) ?? digest(stand.size).slice(0, text.length);
    stand.set(text, known);
    return known;
  };
  return (
    report
      .replace(/\b(20\d\d-\d\d-\d\d)(?:(T| )(\d\d:\d\d)(:\d\d)?(\.\d+)?Z)?/g, (...groups) =>
        movedTime(groups.slice(1) as (string | undefined)[], shift),
      )
      .replace(/\b[0-9a-f]{64}\b/g, standIn)
      // The chart writes names in paths in kebab case, which puts hyphens between letters and digits.
      .replace(/(?<=[a-z0-9]-)[0-9a-f](?:-?[0-9a-f]){7}(?![\w-])/g, (end) =>
        standIn(end.replaceAll("-", "")),
      )
  );
}

function movedTime(groups: readonly (string | undefined)[], shift: number): string {
  const [day = "", separator, minutes, seconds = "", fraction = ""] = groups;
  const moved = new Date(
    Date.parse(`${day}T${minutes ?? "12:00"}${seconds === "" ? ":00" : seconds}Z`) + shift,
  ).toISOString();
  if (minutes === undefined) return moved.slice(0, 10);
  // Times within a few minutes of noon become noon.
  const rounded = `${moved.slice(0, 10)}${separator ?? "T"}12:00`;
  return `${rounded}${seconds === "" ? "" : ":00"}${fraction === "" ? "" : ".000"}Z`;
}

function digest(position: number): string {
  return createHash("sha256").update(`stand-in ${position}`).digest("hex");
}
