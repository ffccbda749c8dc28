import { Command } from "commander";
import { PARTS } from "../components/choreo-connect/gateway";
import { ORGANIZATION } from "../components/choreo-connect/party";
import { exitStatus, type Check } from "../verify/check";
import { readKeys, type ComponentKeys } from "../systems/choreo/export/keys";
import { entersKeys } from "../systems/choreo/outputs";
import { keepsKeys, readKept, usesCluster } from "../systems/choreo-connect/export/stack";
import { connect, type Cluster, type ClusterOptions } from "../verify/cluster/api";
import { collect } from "../command/options";
import { renderJson, renderText } from "../verify/print";
import type { ChoreoStack, OutputSource } from "../command/stack-outputs";
import { hasReleases, isInCluster, readDeployed, type Deployed } from "./deployed";
import { verifyChoreo } from "../systems/choreo/verify";
import { verifyChoreoConnect } from "../systems/choreo-connect/verify";
import { verifySpinnaker } from "../systems/spinnaker/verify";
import { verifySubstra } from "../systems/substra/verify";
import { byParty, waitingChecks, waitingComponents } from "./waiting";
import { say, sayJson } from "../command/say";

interface Options extends ClusterOptions {
  readonly stack?: readonly string[];
  readonly outputs?: readonly string[];
  readonly json?: true;
  readonly all?: true;
}

/** Beyond this many parties, those of which all holds get one line each. */
const SHOWN_IN_FULL = 8;

/** The page with a section for each code of a check. */
export const PAGE = "docs/verify.md";

export const verify = new Command("verify")
  .description(
    "Reads back from the cluster what one or more stacks deployed, and checks it as its consumers will: certificates, keys, names, trust, and real handshakes. It changes nothing.",
  )
  .option("-s, --stack <name>", "a Pulumi stack; repeatable (default: the selected one)", collect)
  .option(
    "--outputs <file>",
    "a stack's outputs, as `pulumi stack output --json` prints them; repeatable, also beside --stack",
    collect,
  )
  .option("--kubeconfig <path>", "the kubeconfig (default: as kubectl finds it)")
  .option("--context <name>", "its context (default: the current one)")
  .option("--json", "print an array of checks for programs")
  .option("--all", `print every check, also for more than ${SHOWN_IN_FULL} parties`)
  .addHelpText("after", "\nExit status: 0 all hold, 1 a check fails, 2 it could not be checked.")
  .action(async (options: Options) => {
    // At the same time, because each takes its time to start.
    const connecting = connect(options);
    connecting.catch(() => undefined); // without a release there is nothing to read in a cluster
    const deployed = await readDeployed(sourcesOf(options));
    const checks = byParty([
      ...(await readBack(deployed, connecting)),
      ...(await readPlan(deployed)),
      ...(await readGateway(deployed, undefined)),
      ...waitingChecks(deployed),
    ]);
    if (options.json) sayJson(renderJson(checks));
    else say(text(checks, deployed, options));
    process.exitCode = exitStatus(checks);
  });

async function readBack(
  deployed: Deployed,
  connecting: Promise<Cluster>,
): Promise<readonly Check[]> {
  if (!isInCluster(deployed)) return [];
  const cluster = await connecting;
  try {
    const at = new Date();
    const { spinnaker, choreo } = deployed;
    return [
      ...(hasReleases(deployed) ? await verifySubstra(cluster, deployed, at) : []),
      ...(spinnaker ? await verifySpinnaker(cluster, spinnaker, at) : []),
      ...(choreo?.choreo.target.kind === "openchoreo"
        ? await verifyChoreo(
            choreo,
            { cluster, keys: await enteredKeys(choreo) },
            waitingComponents(deployed),
            at,
          )
        : []),
      ...(await readGateway(deployed, cluster)),
    ];
  } finally {
    cluster.close();
  }
}

/** What people enter by hand is read from the stack, as no program can read it from where it is entered. */
async function readPlan(deployed: Deployed): Promise<readonly Check[]> {
  const { choreo } = deployed;
  if (choreo?.choreo.target.kind !== "console") return [];
  const source = { cluster: undefined, keys: await enteredKeys(choreo) };
  return verifyChoreo(choreo, source, waitingComponents(deployed), new Date());
}

async function enteredKeys(choreo: ChoreoStack): Promise<ComponentKeys | undefined> {
  return choreo.stack && entersKeys(choreo) ? readKeys(choreo.stack.name) : undefined;
}

/**
 * What is exported of a Choreo Connect is read from the stack, as nobody can tell what became of it.
 *
 * @param cluster undefined for one that has nothing in a cluster.
 */
async function readGateway(
  { choreoConnect: found }: Deployed,
  cluster: Cluster | undefined,
): Promise<readonly Check[]> {
  if (found === undefined || usesCluster(found) !== (cluster !== undefined)) return [];
  const kept = found.stack && keepsKeys(found) ? await readKept(found.stack.name) : undefined;
  return verifyChoreoConnect(found, { cluster, kept }, new Date());
}

function sourcesOf({ stack = [], outputs = [] }: Options): OutputSource[] {
  return [
    ...stack.map((name) => ({ kind: "stack", name }) as const),
    ...outputs.map((path) => ({ kind: "file", path }) as const),
  ];
}

function text(checks: readonly Check[], deployed: Deployed, { all }: Options): string {
  const { orchestrator, organizations, admissions, choreoConnect } = deployed;
  const elsewhere = Object.keys(admissions?.organizations ?? {});
  const named = [
    ...organizations,
    ...(orchestrator ? [["orchestrator", orchestrator] as const] : []),
    ...(choreoConnect?.release ? [[ORGANIZATION, choreoConnect.release] as const] : []),
  ];
  const titles = new Map<string, string>([
    ...elsewhere.map((party) => [party, `${party} (its stack is not among the sources)`] as const),
    ...named.map(
      ([party, { name, namespace }]) =>
        [party, `${party} (release ${name} in ${namespace})`] as const,
    ),
  ]);
  // What is known of Spinnaker's services is their phase, so it stands in what is left of them.
  const phases = checks.filter(({ code }) => code === "phase");
  const components = Object.keys(deployed.choreo?.choreo.components ?? {});
  const backends = choreoConnect?.gateway.backends.size ?? 0;
  const others = phases.length + components.length + (choreoConnect ? PARTS.length + backends : 0);
  const fold = !all && titles.size + others > SHOWN_IN_FULL;
  if (fold) for (const { party, message } of phases) titles.set(party, `${party} (${message})`);
  return renderText(checks, { page: PAGE, titles, fold });
}
