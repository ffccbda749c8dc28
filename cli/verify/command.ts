import { Command } from "commander";
import { exitStatus, type Check } from "../check";
import { connect, type ClusterOptions } from "../cluster/api";
import { renderJson, renderText } from "../print";
import { deployedReleases, type DeployedReleases, type OutputSource } from "../stack-outputs";
import { verifySubstra } from "./substra";

interface Options extends ClusterOptions, OutputSource {
  readonly json?: true;
  readonly all?: true;
}

/** Beyond this many parties, those of which all holds get one line each. */
const SHOWN_IN_FULL = 8;

/** The page with a section for each code of a check. */
export const PAGE = "cli/verify/README.md";

export const verify = new Command("verify")
  .description(
    "Reads back from the cluster what a stack deployed, and checks it as its consumers will: certificates, keys, names, trust, and real handshakes. It changes nothing.",
  )
  .option("-s, --stack <name>", "the Pulumi stack (default: the selected one)")
  .option("--outputs <file>", "the stack's outputs, as `pulumi stack output --json` prints them")
  .option("--kubeconfig <path>", "the kubeconfig (default: as kubectl finds it)")
  .option("--context <name>", "its context (default: the current one)")
  .option("--json", "print an array of checks for programs")
  .option("--all", `print every check, also for more than ${SHOWN_IN_FULL} parties`)
  .addHelpText("after", "\nExit status: 0 all hold, 1 a check fails, 2 it could not be checked.")
  .action(async (options: Options) => {
    // At the same time, because each takes its time to start.
    const [releases, cluster] = await Promise.all([deployedReleases(options), connect(options)]);
    try {
      const checks = await verifySubstra(cluster, releases, new Date());
      process.stdout.write(options.json ? renderJson(checks) : text(checks, releases, options));
      process.exitCode = exitStatus(checks);
    } finally {
      cluster.close();
    }
  });

function text(checks: readonly Check[], releases: DeployedReleases, { all }: Options): string {
  const { orchestrator, organizations } = releases;
  const named = [
    ...organizations,
    ...(orchestrator ? [["orchestrator", orchestrator] as const] : []),
  ];
  const titles = new Map(
    named.map(([party, { name, namespace }]) => [
      party,
      `${party} (release ${name} in ${namespace})`,
    ]),
  );
  return renderText(checks, { page: PAGE, titles, fold: !all && titles.size > SHOWN_IN_FULL });
}
