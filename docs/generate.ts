import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CASES,
  FIRST_CASE,
  LATER_CASES,
  WAITING_CASE,
  type Case,
} from "../test/integration/report/cases";
import { GOLDEN } from "../test/integration/report/golden";
import { replaceBetween } from "./generated-part";

/** The page that names the reports, one a row, and the folder that has them. */
export const PAGE = join(__dirname, "pull-requests.md");
export const FOLDER = join(__dirname, "reports");

/** In the order in which a reader wants to see them. */
const SHOWN: readonly Case[] = [FIRST_CASE, ...CASES, ...LATER_CASES, WAITING_CASE];

/** The page with a row for each report. */
export function withReports(page: string): string {
  const rows = SHOWN.map(({ name, title }) => {
    const [, sentence = ""] = /^\*\*(.*)\*\*$/m.exec(goldenOf(name)) ?? [];
    return `| [${title}](reports/${name}.md) | ${sentence} |`;
  });
  const table = ["| change | what the report says first |", "|---|---|", ...rows];
  return replaceBetween(page, "reports", table.join("\n"));
}

/** The reports by the names of their files: those that the integration tests expect, which are those of real previews. */
export function reports(): ReadonlyMap<string, string> {
  return new Map(
    SHOWN.map(({ name, title }) => [
      `${name}.md`,
      `${[`# ${title}`, "[All reports](../pull-requests.md)", goldenOf(name).trimEnd()].join("\n\n")}\n`,
    ]),
  );
}

function goldenOf(name: string): string {
  return readFileSync(join(GOLDEN, `${name}.md`), "utf8");
}

if (require.main === module) {
  writeFileSync(PAGE, withReports(readFileSync(PAGE, "utf8")));
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  for (const [name, text] of reports()) writeFileSync(join(FOLDER, name), text);
}
