import { Command } from "commander";
import { collect } from "../command/options";
import { say, sayJson } from "../command/say";
import type { OutputSource } from "../command/stack-outputs";
import { COMMANDS } from "../systems/commands";
import { exitStatus, type Check } from "../verify/check";
import { connect, type ClusterOptions } from "../verify/cluster/api";
import { renderJson, renderText } from "../verify/print";
import { readDeployed, verifyDeployed, type Deployed } from "./deployed";

interface Options extends ClusterOptions {
  readonly stack?: readonly string[];
  readonly outputs?: readonly string[];
  readonly json?: true;
  readonly all?: true;
}

/** Largest number of parties that are shown in full. Beyond it, a party whose checks all hold gets one line. */
const SHOWN_IN_FULL = 8;

/** The page with a section for each check's code. */
export const PAGE = "docs/verify.md";

export const verify = new Command("verify")
  .description(
    "Reads back from the cluster what one or more stacks deployed, and checks it as its consumers will: certificates, keys, names, trust, and real handshakes. It changes nothing.",
  )
  .option("-s, --stack <name>", "a Pulumi stack; repeatable (default: the selected one)", collect)
  .option(
    "--outputs <file>",
    "a stack's outputs, as `pulumi stack output --json` prints them; repeatable, also together with --stack",
    collect,
  )
  .option("--kubeconfig <path>", "the kubeconfig (default: as kubectl finds it)")
  .option("--context <name>", "its context (default: the current one)")
  .option("--json", "print an array of checks for programs")
  .option("--all", `print every check, also for more than ${SHOWN_IN_FULL} parties`)
  .addHelpText(
    "after",
    "\nExit status: 0 if all checks hold, 1 if one fails, 2 if it could not check.",
  )
  .action(async (options: Options) => {
    // Both start at the same time, because each takes a while.
    const connecting = connect(options);
    connecting.catch(() => undefined); // a failure does not matter if nothing is deployed to a cluster
    const deployed = await readDeployed(sourcesOf(options), COMMANDS);
    const checks = await verifyDeployed(deployed, () => connecting);
    if (options.json) sayJson(renderJson(checks));
    else say(text(checks, deployed, options));
    process.exitCode = exitStatus(checks);
  });

function sourcesOf({ stack = [], outputs = [] }: Options): OutputSource[] {
  return [
    ...stack.map((name) => ({ kind: "stack", name }) as const),
    ...outputs.map((path) => ({ kind: "file", path }) as const),
  ];
}

function text(checks: readonly Check[], deployed: readonly Deployed[], { all }: Options): string {
  const parties = new Set(checks.map(({ party }) => party));
  const fold = !all && parties.size > SHOWN_IN_FULL;
  const titles = new Map(
    deployed.flatMap(({ system, outputs }) => [...(system.titles?.(outputs, checks, fold) ?? [])]),
  );
  return renderText(checks, { page: PAGE, titles, fold });
}
