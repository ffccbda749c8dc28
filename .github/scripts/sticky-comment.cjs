// @ts-check
/** One comment for each pull request, with the reports of its stacks: written once, and renewed with each push. */
"use strict";
const { assemble, readReports, runAddress, stacksIn } = require("./reports.cjs");

const MARKER = "<!-- countersign: reports -->";

/**
 * Of actions/github-script. In the environment: STACKS, a JSON list; REPORTS, the folder with the reports; COMMIT,
 * the head of the pull request.
 *
 * @param {any} tools
 */
exports.comment = async ({ github, context, core }) => {
  const where = { ...context.repo, issue_number: context.issue.number };
  const comments = await github.paginate(github.rest.issues.listComments, {
    ...where,
    per_page: 100,
  });
  // People quote comments: only what the workflow itself wrote is written over.
  const own = comments.find(
    (/** @type {any} */ { body, user }) => user?.type === "Bot" && body?.startsWith(MARKER),
  );
  const stacks = stacksIn("STACKS");
  // Where nothing was ever reported there is nothing to say.
  if (stacks.length === 0 && own === undefined) {
    core.info("no stack has changed, and there is no comment");
    return;
  }
  const body = bodyFor(stacks, context);
  if (own === undefined) await github.rest.issues.createComment({ ...where, body });
  else await github.rest.issues.updateComment({ ...context.repo, comment_id: own.id, body });
  core.info(`${own === undefined ? "wrote" : "renewed"} the comment`);
};

/**
 * @param {readonly string[]} stacks
 * @param {any} context
 */
function bodyFor(stacks, context) {
  const run = runAddress(context);
  const commit = (process.env.COMMIT ?? "").slice(0, 9);
  const what =
    stacks.length === 0
      ? "No stack's configuration or program is changed any more."
      : `What a deployment would do to ${stacks.length === 1 ? "the stack" : `the ${stacks.length} stacks`} that this changes.`;
  return assemble({
    head: `${MARKER}\n${what} As of ${commit}, by [this run](${run}).`,
    reports: readReports(process.env.REPORTS ?? "", stacks),
    run,
  });
}
