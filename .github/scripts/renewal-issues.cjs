// @ts-check
/** One issue for each stack for which an `up` is due: opened, kept up to date, and closed when the `up` is done. */
"use strict";
const { assemble, readReports, runAddress, stacksIn } = require("./reports.cjs");

const LABEL = "countersign-renewal";

/**
 * Runs in actions/github-script. In the environment: STACKS, a JSON list; REPORTS, the folder with the reports.
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
 * @param {any} issue this stack's open issue, if there is one.
 * @param {any} tools
 * @returns {Promise<string>} the action taken, for the log.
 */
async function treat(report, issue, { github, context }) {
  const { stack, status } = report;
  const number = issue && { ...context.repo, issue_number: issue.number };
  // Without a report nothing is known. The job that should have created it has failed, which GitHub reports.
  if (status === 2) return "no report, so its issue is left unchanged";
  if (status === 0) {
    if (!issue) return "nothing is due";
    await github.rest.issues.createComment({
      ...number,
      body: `According to [the check](${runAddress(context)}), nothing is due any longer.`,
    });
    await github.rest.issues.update({ ...number, state: "closed", state_reason: "completed" });
    return `closed #${issue.number}`;
  }
  const title = `Stack ${stack}: an up is due`;
  const body = bodyFor(report, context);
  if (issue) {
    await github.rest.issues.update({ ...number, title, body });
    return `updated #${issue.number}`;
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
    `Certificates of this stack need to be renewed, or merged changes have not been deployed. No file has to change: run the workflow \`up\` for this stack, and approve it.`,
    `\`\`\`sh\ngh workflow run up.yml --ref ${branch} -f stacks=${stack}\n\`\`\``,
    `Certificates about to expire that no \`up\` renews need a change first; the report names them. [The nightly check](${run}) closes this issue when nothing is due any longer.`,
  ].join("\n\n");
  return assemble({ head, reports: [report], run });
}

/** @param {string} stack */
function markerOf(stack) {
  return `<!-- countersign: renewal of ${stack} -->`;
}
