// @ts-check
/** One issue for each stack that an `up` is due for: opened, kept up to date, and closed when it is done. */
"use strict";
const { assemble, readReports, runAddress, stacksIn } = require("./reports.cjs");

const LABEL = "countersign-renewal";

/**
 * Of actions/github-script. In the environment: STACKS, a JSON list; REPORTS, the folder with the reports.
 *
 * @param {any} tools
 */
exports.renewalIssues = async ({ github, context, core }) => {
  const found = await github.paginate(github.rest.issues.listForRepo, {
    ...context.repo,
    labels: LABEL,
    state: "open",
    per_page: 100,
  });
  const reports = readReports(process.env.REPORTS ?? "", stacksIn("STACKS"));
  for (const report of reports) {
    const issue = found.find(
      (/** @type {any} */ { body, user, pull_request }) =>
        user?.type === "Bot" && !pull_request && body?.startsWith(markerOf(report.stack)),
    );
    core.info(`${report.stack}: ${await treat(report, issue, { github, context })}`);
  }
};

/**
 * @param {import("./reports.cjs").Report} report
 * @param {any} issue the open one of this stack, if there is one.
 * @param {any} tools
 * @returns {Promise<string>} what was done.
 */
async function treat(report, issue, { github, context }) {
  const { stack, status } = report;
  const number = issue && { ...context.repo, issue_number: issue.number };
  // Without a report nothing is known; the job that should have made it has failed, which GitHub tells.
  if (status === 2) return "no report, so its issue stays as it is";
  if (status === 0) {
    if (!issue) return "nothing is due";
    await github.rest.issues.createComment({
      ...number,
      body: `Nothing is due any more, says [the check](${runAddress(context)}).`,
    });
    await github.rest.issues.update({ ...number, state: "closed", state_reason: "completed" });
    return `closed #${issue.number}`;
  }
  const title = `Stack ${stack}: an up is due`;
  const body = bodyFor(report, context);
  if (issue) {
    await github.rest.issues.update({ ...number, title, body });
    return `renewed #${issue.number}`;
  }
  const { data } = await github.rest.issues.create({
    ...context.repo,
    title,
    body,
    labels: [LABEL],
  });
  return `opened #${data.number}`;
}

/**
 * @param {import("./reports.cjs").Report} report
 * @param {any} context
 */
function bodyFor(report, context) {
  const { stack } = report;
  const run = runAddress(context);
  const branch = context.ref.replace(/^refs\/heads\//, "");
  const head = [
    markerOf(stack),
    `Certificates of this stack are to be renewed, or something that was merged is not deployed. It needs no change of a file: run the workflow \`up\` for this stack, and approve it.`,
    `\`\`\`sh\ngh workflow run up.yml --ref ${branch} -f stacks=${stack}\n\`\`\``,
    `What ends and is renewed by no \`up\` needs a change first; the report names it. [The nightly check](${run}) closes this issue when nothing is due any more.`,
  ].join("\n\n");
  return assemble({ head, reports: [report], run });
}

/** @param {string} stack */
function markerOf(stack) {
  return `<!-- countersign: renewal of ${stack} -->`;
}
