// @ts-check
/** One comment for each pull request, with the reports for its stacks: written once, and updated with each push. */
"use strict";
const { assemble, readReports, runAddress, stacksIn } = require("./reports.cjs");

const MARKER = "<!-- countersign: reports -->";

/**
 * Runs in actions/github-script. In the environment: STACKS, a JSON list; REPORTS, the folder with the reports; COMMIT,
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
  // People quote comments, so only a comment by the workflow itself is overwritten.
  const own = comments.find(
    (/** @type {any} */ { body, user }) => user?.type === "Bot" && body?.startsWith(MARKER),
  );
  const stacks = stacksIn("STACKS");
  // Nothing was ever reported, so there is nothing to correct.
  if (stacks.length === 0 && own === undefined) {
    core.info("no stack has changed, and there is no comment");
    return;
  }
  const body = bodyFor(stacks, context);
  if (own === undefined) await github.rest.issues.createComment({ ...where, body });
  else await github.rest.issues.updateComment({ ...context.repo, comment_id: own.id, body });
  core.info(`${own === undefined ? "wrote" : "updated"} the comment`);
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
      ? "This pull request no longer changes any stack's configuration or program."
      : `This is what a deployment would do to ${stacks.length === 1 ? "the stack" : `the ${stacks.length} stacks`} that this pull request changes.`;
  return assemble({
    head: `${MARKER}\n${what} Commit ${commit}, checked by [this run](${run}).`,
    reports: readReports(process.env.REPORTS ?? "", stacks),
    run,
  });
}
