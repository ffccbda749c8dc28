import { Command } from "commander";
import { concurrently } from "../command/concurrently";
import { CannotCheck } from "../command/failure";
import { say, sayJson } from "../command/say";
import {
  bothHave,
  collect,
  hasOutput,
  notDeployed,
  readStackDocument,
  type OutputSource,
  type StackDocument,
} from "../command/stack-outputs";
import { COMMANDS } from "../systems/commands";
import { byParty, exitStatus, type Check } from "../verify/check";
import { connect, type Cluster, type ClusterOptions } from "../verify/cluster/api";
import { renderJson, renderText } from "../verify/print";
import type { CommandSystem, Found } from "../verify/system";

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

/** Largest number of stacks that are read at a time: the Pulumi CLI takes about a second of CPU time for each. */
const SOURCES_AT_ONCE = 4;

/** A system that one or more stacks have deployed, with its outputs. */
export interface Deployed {
  readonly system: CommandSystem;
  readonly outputs: unknown;
}

/**
 * Reads what several stacks deployed, as if one stack had deployed it.
 *
 * @param sources stacks and files to read; if empty, the selected stack.
 * @throws CannotCheck if a source cannot be read, or if two claim to have deployed the same party.
 */
export async function readDeployed(
  sources: readonly OutputSource[],
  systems: readonly CommandSystem[],
): Promise<readonly Deployed[]> {
  const all: readonly OutputSource[] =
    sources.length > 0 ? sources : [{ kind: "stack", name: undefined }];
  return deployedIn(await concurrently(all, SOURCES_AT_ONCE, readStackDocument), systems);
}

/**
 * Finds the systems that are deployed according to the outputs of stacks.
 *
 * @throws CannotCheck if a stack has deployed nothing, or if two claim to have deployed the same party.
 */
export function deployedIn(
  documents: readonly StackDocument[],
  systems: readonly CommandSystem[],
): readonly Deployed[] {
  const read = systems.map((system) => ({
    system,
    found: documents.flatMap((document): Found<unknown>[] => {
      const outputs = system.read(document);
      return outputs === undefined ? [] : [{ origin: document.origin, outputs }];
    }),
  }));
  for (const document of documents) {
    const { origin } = document;
    if (read.some(({ found }) => found.some((each) => each.origin === origin))) continue;
    // Every deployed stack has this output, even if it is empty.
    if (!hasOutput(document, "releases")) throw notDeployed(origin, "there are no releases");
    const titles = systems.map(({ title }) => title).join(", ");
    throw new CannotCheck(`${origin} has none of ${titles}: there is nothing to verify`);
  }
  return read.flatMap(({ system, found }) => {
    if (found.length === 0) return [];
    return [{ system, outputs: system.merge?.(found) ?? theOnly(system.title, found) }];
  });
}

/**
 * Checks what is deployed.
 *
 * @param connect opens the cluster; called only if something is in a cluster.
 * @returns the checks, grouped by party.
 */
export async function verifyDeployed(
  deployed: readonly Deployed[],
  connect: () => Promise<Cluster>,
): Promise<readonly Check[]> {
  const inCluster = deployed.filter(({ system, outputs }) => system.inCluster(outputs));
  const cluster = inCluster.length > 0 ? await connect() : undefined;
  try {
    const checks: Check[] = [];
    for (const each of deployed) {
      const reach = { cluster: inCluster.includes(each) ? cluster : undefined, at: new Date() };
      checks.push(...(await each.system.verify(each.outputs, reach)));
    }
    return byParty(checks);
  } finally {
    cluster?.close();
  }
}

function theOnly(title: string, found: readonly Found<unknown>[]): unknown {
  const origins = found.map(({ origin }) => origin).slice(0, 2);
  if (origins.length > 1) throw bothHave(title, origins, "installation");
  return found[0]?.outputs;
}
