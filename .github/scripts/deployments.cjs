// @ts-check
/** GitHub's records of deployments: the last commit that was deployed completely, and who must approve. */
"use strict";
const { stacksIn } = require("./reports.cjs");

/**
 * Sets the output `commit`: the head of the last push whose run deployed everything. Changes since then still have to
 * be deployed, even if runs were rejected or cancelled or have failed. Empty if there was no such run.
 *
 * @param {any} tools of actions/github-script.
 */
exports.lastDeployed = async ({ github, context, core }) => {
  const { data } = await github.rest.actions.listWorkflowRuns({
    ...context.repo,
    workflow_id: "up.yml",
    branch: context.ref.replace(/^refs\/heads\//, ""),
    event: "push",
    status: "success",
    per_page: 1,
  });
  core.setOutput("commit", data.workflow_runs[0]?.head_sha ?? "");
};

/**
 * Fails if a stack's environment lets a deployment start that nobody has approved. GitHub creates an environment that
 * is only named in a workflow, and that environment has no rules.
 *
 * In the environment: STACKS, a JSON list; APPROVAL, "none" if no approval is needed.
 *
 * @param {any} tools of actions/github-script.
 */
exports.requireApproval = async ({ github, context, core }) => {
  if (process.env.APPROVAL === "none") return;
  const wrong = [];
  for (const stack of stacksIn("STACKS")) {
    const rules = await rulesOf(stack, { github, context });
    if (rules === undefined) wrong.push(`there is no environment ${stack}`);
    else if (!rules.includes("required_reviewers")) {
      wrong.push(`environment ${stack} has no required reviewers`);
    }
  }
  if (wrong.length === 0) return;
  core.setFailed(
    `${wrong.join("; ")}: add them in the repository's settings, or set the variable COUNTERSIGN_APPROVAL to none (docs/pull-requests.md)`,
  );
};

/**
 * @param {string} environment
 * @param {any} tools
 * @returns {Promise<string[] | undefined>} kinds of the environment's rules; undefined if it does not exist.
 */
async function rulesOf(environment, { github, context }) {
  try {
    const { data } = await github.rest.repos.getEnvironment({
      ...context.repo,
      environment_name: environment,
    });
    return (data.protection_rules ?? []).map((/** @type {{ type: string }} */ { type }) => type);
  } catch (error) {
    if (/** @type {{ status?: number }} */ (error).status === 404) return undefined;
    throw error;
  }
}
