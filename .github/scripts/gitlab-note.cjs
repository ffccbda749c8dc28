// @ts-check
/**
 * The comment of sticky-comment.cjs for GitLab: one note for each merge request, written once and updated with each
 * push. Runs with Node alone, in a merge request's pipeline.
 *
 * In the environment, besides what GitLab sets: REPORTS, the folder with the reports; NOTES_TOKEN, a project access
 * token with the scope `api`.
 */
"use strict";
const { existsSync, readdirSync } = require("node:fs");
const { assemble, readReports } = require("./reports.cjs");

const MARKER = "<!-- countersign: reports -->";

async function main() {
  const env = process.env;
  const folder = env.REPORTS ?? "";
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  const stacks = files.filter((file) => file.endsWith(".json")).map((file) => file.slice(0, -5));
  const notes = `projects/${env.CI_PROJECT_ID}/merge_requests/${env.CI_MERGE_REQUEST_IID}/notes`;
  const own = await ownNote(notes);
  // Nothing was ever reported, so there is nothing to correct.
  if (stacks.length === 0 && own === undefined) return;
  const what =
    stacks.length === 0
      ? "This merge request no longer changes any stack's configuration or program."
      : "This is what a deployment would do to the stacks that this merge request changes.";
  const run = env.CI_PIPELINE_URL ?? "";
  const head = `${MARKER}\n${what} Commit ${env.CI_COMMIT_SHORT_SHA}, checked by [this pipeline](${run}).`;
  const body = assemble({ head, reports: readReports(folder, stacks), run });
  if (own === undefined) await call("POST", notes, { body });
  else await call("PUT", `${notes}/${own}`, { body });
}

/**
 * @param {string} notes
 * @returns {Promise<number | undefined>} the id of the note by the token's own user, since people may quote it.
 */
async function ownNote(notes) {
  const { data: user } = await call("GET", "user");
  for (let page = "1"; page !== "";) {
    const { data, next } = await call("GET", `${notes}?per_page=100&page=${page}`);
    const own = data.find(
      (/** @type {any} */ { body, author }) => author.id === user.id && body.startsWith(MARKER),
    );
    if (own !== undefined) return own.id;
    page = next;
  }
  return undefined;
}

/**
 * @param {"GET" | "POST" | "PUT"} method
 * @param {string} path
 * @param {object} [content]
 * @returns {Promise<{ data: any, next: string }>} GitLab's answer, and the number of the next page.
 */
async function call(method, path, content) {
  const response = await fetch(`${process.env.CI_API_V4_URL}/${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      "private-token": process.env.NOTES_TOKEN ?? "",
    },
    ...(content && { body: JSON.stringify(content) }),
  });
  if (!response.ok) {
    throw new Error(
      `GitLab answered ${response.status} to ${method} ${path}: NOTES_TOKEN must be a project access token with the scope api`,
    );
  }
  return { data: await response.json(), next: response.headers.get("x-next-page") ?? "" };
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
