import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CASES,
  FIRST_CASE,
  LATER_CASES,
  WAITING_CASE,
  type Case,
} from "../test/integration/report/cases";
import { GOLDEN } from "../test/integration/report/golden";

/** The page that shows what reports look like. */
export const PAGE = join(__dirname, "pull-requests.md");

const [BEGIN, END] = ["<!-- reports: begin -->", "<!-- reports: end -->"];

/** In the order in which a reader wants to see them. */
const SHOWN: readonly Case[] = [FIRST_CASE, ...CASES, ...LATER_CASES, WAITING_CASE];

/** The page with the reports that the integration tests expect, which are those of real previews. */
export function withReports(page: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${PAGE} has no ${BEGIN} … ${END}`);
  return [page.slice(0, begin + BEGIN.length), ...SHOWN.map(shown), page.slice(end)].join("\n");
}

function shown({ name, title }: Case): string {
  const report = readFileSync(join(GOLDEN, `${name}.md`), "utf8");
  const [, sentence = ""] = /^\*\*(.*)\*\*$/m.exec(report) ?? [];
  return [
    `\n<details><summary><b>${title}.</b> ${sentence}</summary>\n`,
    demoted(report).trimEnd(),
    "\n</details>\n",
  ].join("\n");
}

/** The page has headings of its own. */
function demoted(report: string): string {
  let isFenced = false;
  return report
    .split("\n")
    .map((line) => {
      if (line.startsWith("```")) isFenced = !isFenced;
      return !isFenced && /^#{1,3} /.test(line) ? `###${line}` : line;
    })
    .join("\n");
}

if (require.main === module) writeFileSync(PAGE, withReports(readFileSync(PAGE, "utf8")));
