import { concurrently } from "../command/concurrently";
import { CannotCheck } from "../command/failure";
import {
  bothHave,
  hasOutput,
  notDeployed,
  readStackDocument,
  type OutputSource,
  type StackDocument,
} from "../command/stack-outputs";
import { byParty, type Check } from "../verify/check";
import type { Cluster } from "../verify/cluster/api";
import type { CommandSystem, Found } from "../verify/system";

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
