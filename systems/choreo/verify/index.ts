import { partyOf } from "../../../components/choreo/project";
import type { Certificate } from "../../../x509";
import { entersKeys, type ChoreoOutputs, type ComponentKeys } from "../outputs";
import { Checklist, type Check } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import { concurrently } from "../../../command/concurrently";
import { casOf } from "../../../verify/trust-checks";
import { checkCalls } from "./check-calls";
import { checkComponent, type Party } from "./check-component";
import { consoleView, type ComponentView } from "./component-view";
import { workloadView } from "./workload-view";

const AT_ONCE = 4;

/** Sources of what components find when they start. */
interface ChoreoSource {
  /** The cluster; undefined for the console, which no program can read. */
  readonly cluster: Cluster | undefined;
  /** Keys that people enter into the console or a store; undefined if they are not available. */
  readonly keys: ComponentKeys | undefined;
}

/**
 * Checks the components of a Choreo project as they are deployed, or as people must enter them into the console.
 *
 * @param waiting names of components that wait, so that nothing of them is deployed yet.
 */
export async function verifyChoreo(
  outputs: ChoreoOutputs,
  source: ChoreoSource,
  waiting: ReadonlySet<string>,
  at: Date,
): Promise<readonly Check[]> {
  const cas = casOf(outputs);
  const hasKeys = !entersKeys(outputs) || source.keys !== undefined;
  const components = Object.entries(outputs.choreo.components).filter(
    ([name]) => !waiting.has(name),
  );
  const lists = new Map(components.map(([name]) => [name, new Checklist(partyOf(name))]));
  const checked = await concurrently(components, AT_ONCE, async ([name, component]) => {
    const list = lists.get(name) ?? new Checklist(partyOf(name));
    const view = await viewOf(outputs, source, name, list, at);
    return view && checkComponent(name, component, view, list, { cas, hasKeys, at });
  });
  const parties = checked.filter((party) => party !== undefined);
  if (hasKeys) await checkTogether(parties, cas, at);
  else for (const list of lists.values()) sayNotTried(list);
  return [...lists.values()].flatMap(({ checks }) => checks);
}

function viewOf(
  outputs: ChoreoOutputs,
  { cluster, keys }: ChoreoSource,
  name: string,
  list: Checklist,
  at: Date,
): Promise<ComponentView | undefined> {
  const { target, components, project } = outputs.choreo;
  if (target.kind === "console" || cluster === undefined) {
    return Promise.resolve(consoleView(outputs, name, keys, list));
  }
  const { apiVersion, namespace, secretStore: store } = target;
  const { workload, plan = [] } = components[name] ?? {};
  const { keyReference } = workload ?? {};
  return workloadView(
    cluster,
    {
      apiVersion,
      namespace,
      project,
      name: workload?.name ?? name,
      store,
      keyReference,
      ownKey: keys?.[name],
    },
    plan,
    list,
    at,
  );
}

async function checkTogether(
  parties: readonly Party[],
  cas: readonly Certificate[],
  at: Date,
): Promise<void> {
  await concurrently(parties, AT_ONCE, async (callee) => {
    const callers = parties.filter(({ outputs }) => callee.name in (outputs.client?.calls ?? {}));
    await checkCalls(callee, callers, cas, at);
  });
}

function sayNotTried(list: Checklist): void {
  list.warn(
    "not-tried",
    "its key is a secret output, which a file of outputs does not contain: neither the key nor any handshake was tried.",
    "Name the stack with --stack, where its passphrase or key service is available.",
  );
}
