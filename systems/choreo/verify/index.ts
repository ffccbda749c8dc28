import { partyOf } from "../../../components/choreo/project";
import { quote, type Certificate } from "../../../x509";
import { entersKeys, type ChoreoOutputs, type ComponentKeys } from "../outputs";
import { Checklist, warnWithoutKey, type Check } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import { concurrently } from "../../../command/concurrently";
import { casOf } from "../../../verify/trust-checks";
import { checkComponent, type Party } from "./check-component";
import { TODO, consoleView, type ComponentView } from "./component-view";
import { workloadView } from "./workload-view";
import { rehearse, type Client } from "../../../verify/rehearsal";

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
  else for (const list of lists.values()) warnWithoutKey(list);
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

/**
 * Runs a server on loopback with exactly a component's certificate, key and CAs. All that call the component do so with
 * exactly theirs, by the host of the URL that they have, and then everyone who must be refused tries.
 */
async function checkCalls(
  callee: Party,
  callers: readonly Party[],
  cas: readonly Certificate[],
  at: Date,
): Promise<void> {
  const { pair, list, leaf, outputs, ca } = callee;
  if (!outputs.server || pair === undefined) return; // already reported
  const isMutual = outputs.server.clients === "mutual-tls";
  const names = callers.map(({ name, outputs: { client } }) =>
    isMutual ? `${name} as ${client?.identity ?? ""}` : name,
  );
  await rehearse(
    {
      list,
      pair,
      leaf,
      at,
      todo: TODO.certificate,
      asks: isMutual ? "required" : "nothing",
      clientCas: isMutual ? [ca ?? ""] : undefined,
    },
    callers.map((caller) => clientOf(caller, callee)),
    {
      code: "accepted",
      good: () =>
        `${names.join(", ")} ${names.length === 1 ? "gets" : "get"} in${isMutual ? "" : " without being asked for a certificate"}`,
      todo: "A real call fails in the same way; the failed checks of both sides say why.",
    },
    selfOf(callee, cas),
  );
}

function clientOf({ name, pair, ca, leaf, urls, outputs }: Party, callee: Party): Client {
  const url = urls.get(callee.name);
  if (url === undefined || ca === undefined) return { name, fault: "has no URL or no CA for it." };
  if (!URL.canParse(url)) return { name, fault: `has ${quote(url)} for it, which is not a URL.` };
  const identity = outputs.client?.identity ?? "";
  return {
    name,
    expects: { host: new URL(url).hostname, ca },
    ...(pair && { pair, ...(leaf && { leaf }) }),
    // The server answers by the CN of the certificate that it saw.
    judgeSeen: ({ shown }) => {
      if (callee.outputs.server?.clients !== "mutual-tls") return undefined;
      const seen = shown === leaf?.fingerprint ? leaf?.subject.commonNames : undefined;
      const isKnown = seen?.length === 1 && seen[0] === identity;
      return isKnown ? undefined : `gets in, but is not seen as ${identity}.`;
    },
  };
}

/** A client for a component that nobody calls. */
function selfOf({ pair, leaf, outputs }: Party, cas: readonly Certificate[]): Client {
  const url = outputs.server?.url;
  const host = url === undefined ? (leaf?.dnsNames[0] ?? "localhost") : new URL(url).hostname;
  const ca = cas.map(({ pem }) => pem).join("");
  return { name: "a client", ...(pair && { pair }), expects: { host, ca } };
}
