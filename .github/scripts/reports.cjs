// @ts-check
/** Reads the reports of earlier jobs, and joins them into one text for GitHub. Runs with Node alone. */
"use strict";
const { existsSync, readFileSync, readdirSync } = require("node:fs");
const { join } = require("node:path");

/** GitHub accepts 65,536 characters in a comment or an issue. */
const MOST_CHARACTERS = 65_000;

/**
 * @typedef {object} Report
 * @property {string} stack
 * @property {0 | 1 | 2} status exit status of `countersign report`: 0 nothing was found, 1 something was, 2 it failed.
 * @property {string} text Markdown; empty if there is no report.
 */

/**
 * @param {string} folder with the files that report.ts wrote; it may be missing.
 * @param {readonly string[]} stacks whose reports were requested.
 * @returns {Report[]} one for each stack, in their order, even if a job broke off and left no files.
 */
exports.readReports = (folder, stacks) => {
  const files = existsSync(folder) ? new Set(readdirSync(folder)) : new Set();
  return stacks.map((stack) => {
    if (!files.has(`${stack}.json`)) return { stack, status: 2, text: "" };
    const { status } = JSON.parse(readFileSync(join(folder, `${stack}.json`), "utf8"));
    const made = files.has(`${stack}.md`);
    return {
      stack,
      status: made && (status === 0 || status === 1) ? status : 2,
      text: made ? readFileSync(join(folder, `${stack}.md`), "utf8").trim() : "",
    };
  });
};

/**
 * Joins the reports, those that failed or found something first. Whole reports that do not fit are left out, with a
 * link to them: half a report could hide what matters.
 *
 * @param {object} options
 * @param {string} options.head text above them, including the marker by which the text is found again.
 * @param {readonly Report[]} options.reports
 * @param {string} options.run address of the run that created them.
 * @param {number} [options.limit] in characters.
 * @returns {string}
 */
exports.assemble = ({ head: first, reports, run, limit = MOST_CHARACTERS }) => {
  const failed = namesOf(reports.filter(({ status, text }) => status === 2 && text !== ""));
  const head = failed
    ? `${first}\n\n**The preview failed** for ${failed}: [the run's log](${run}) says why.`
    : first;
  const made = reports.filter(({ text }) => text !== "").sort((a, b) => b.status - a.status);
  const missing = namesOf(reports.filter(({ text }) => text === ""));
  const trailer = (/** @type {readonly Report[]} */ leftOut) =>
    [
      leftOut.length > 0 &&
        `There is no room here for ${namesOf(leftOut)}: [the run](${run}) has the complete reports, on its page and as files.`,
      missing && `There is no report for ${missing}: [the run's log](${run}) says why.`,
    ].filter((line) => typeof line === "string" && line !== "");
  const sections = made.map((report) => (made.length > 1 ? folded(report) : report.text));

  const taken = [];
  // Room for the longest possible trailer is reserved from the start.
  let room = limit - [head, ...trailer(made)].join("\n\n").length;
  const leftOut = [];
  for (const [position, section] of sections.entries()) {
    const needs = section.length + 2;
    if (needs > room) leftOut.push(made[position]);
    else {
      taken.push(section);
      room -= needs;
    }
  }
  return [head, ...taken, ...trailer(leftOut)].join("\n\n");
};

/** @param {Report} report */
function folded({ stack, status, text }) {
  const found = ["", ", needs attention", ", failed"][status];
  const open = status === 0 ? "" : " open";
  return `<details${open}><summary><b>${stack}</b>${found}</summary>\n\n${text}\n\n</details>`;
}

/** @param {readonly Report[]} reports */
function namesOf(reports) {
  return reports.map(({ stack }) => `\`${stack}\``).join(", ");
}

/**
 * @param {string} name name of an environment variable with a JSON list of stack names.
 * @returns {string[]}
 */
exports.stacksIn = (name) => {
  const stacks = JSON.parse(process.env[name] || "[]");
  const strange = stacks.find((/** @type {string} */ stack) => !/^[\w.-]{1,100}$/.test(stack));
  if (strange !== undefined) throw new Error(`${JSON.stringify(strange)} is not a stack name`);
  return stacks;
};

/**
 * @param {{ serverUrl: string, repo: { owner: string, repo: string }, runId: number }} context
 * @returns {string}
 */
exports.runAddress = ({ serverUrl, repo, runId }) =>
  `${serverUrl}/${repo.owner}/${repo.repo}/actions/runs/${runId}`;
