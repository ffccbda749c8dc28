import { apiFiles } from "../../../components/choreo-connect/gateway-files";
import type { Backend } from "../../../components/choreo-connect/gateway";
import { ORGANIZATION, backendParty } from "../../../components/choreo-connect/party";
import { ENDPOINT_CERTIFICATES } from "../../../components/choreo-connect/trust";
import { Checklist, REPAIR, type Check } from "../../../verify/check";
import type { ChoreoConnectStack } from "../outputs";
import { concurrently } from "../../../command/concurrently";
import { checkNoKeys } from "../../../verify/config-maps";
import { casOf } from "../../../verify/trust-checks";
import { StoreShelf } from "../../../verify/stores";
import type { Files } from "./backend-view";
import { checkBackend } from "./check-backend";
import { checkApi, type EndpointCas } from "./check-api";
import { checkBackendCalls, type Endpoint } from "./check-calls";
import { checkGateway, type GatewayParty } from "./check-gateway";
import { TODO, plannedFile, type Access, type Surroundings } from "./surroundings";

const AT_ONCE = 4;

/** Checks a Choreo Connect and its backends as they are deployed, or as others must deploy them. */
export async function verifyChoreoConnect(
  stack: ChoreoConnectStack,
  access: Access,
  at: Date,
  shelf = new StoreShelf(),
): Promise<readonly Check[]> {
  const surroundings: Surroundings = { stack, cas: casOf(stack), shelf, at };
  const lists: Checklist[] = [];
  const listOf = (party: string) => {
    const list = new Checklist(party);
    lists.push(list);
    return list;
  };
  const gateway = await checkGateway(access, listOf(ORGANIZATION), listOf, surroundings);
  const { apis, backends } = stack.gateway;
  const own = backends.map((backend) => {
    return { backend, list: listOf(backendParty(backend.name)) };
  });
  const parties = await concurrently(own, AT_ONCE, ({ backend, list }) =>
    checkBackend(backend, access, list, surroundings),
  );
  const byName = new Map(backends.map((backend) => [backend.name, backend]));
  const cas = new Map<string, EndpointCas>();
  for (const [api, names] of Object.entries(apis)) {
    const called = names.flatMap((name) => byName.get(name) ?? []);
    const bringing = called.filter(({ trust }) => trust === "endpoint");
    if (bringing.length === 0) continue;
    const list = listOf(apiParty(api));
    cas.set(api, await checkFolder(api, bringing, access, list, surroundings));
  }
  for (const party of parties) {
    if (party === undefined) continue;
    const { backend, list } = party;
    const { router, rules } = gateway;
    if (router?.pair === undefined) sayNoRouter(list, router !== undefined);
    else {
      const endpoints = endpointsOf(backend, cas, gateway);
      const usual = stack.gateway.upstreamTls;
      if (endpoints.length === 0) sayUnknown(list);
      else {
        const caller = { ...router, pair: router.pair, rules };
        await checkBackendCalls(party, endpoints, caller, usual, at);
      }
    }
  }
  return lists.flatMap(({ checks }) => checks);
}

/** Returns the name of an API project as a party, for people. */
function apiParty(api: string): string {
  return `API ${api}`;
}

/** Checks the folder of an API project. In a cluster, it is a ConfigMap; with docker-compose, it is exported. */
async function checkFolder(
  api: string,
  backends: readonly Backend[],
  { cluster }: Access,
  list: Checklist,
  surroundings: Surroundings,
): Promise<EndpointCas> {
  const { target, gateway, caBundle, configMaps } = surroundings.stack;
  if (target.kind === "compose" || cluster === undefined) {
    const origin = `apis/${api}/${ENDPOINT_CERTIFICATES}`;
    const files: Files = new Map(
      apiFiles(gateway, caBundle)
        .filter(({ path }) => path.startsWith(`${origin}/`))
        .map((file) => [file.path.slice(origin.length + 1), plannedFile(file)]),
    );
    return checkApi(files, `the exported ${origin}`, backends, list, TODO.exported, surroundings);
  }
  const { namespace } = target;
  const name = configMaps[api] ?? "";
  const origin = `ConfigMap ${namespace}/${name}`;
  const object = await cluster.configMap(namespace, name);
  const isThere = list.judge(
    "mounted-objects",
    object === undefined ? [`${origin} does not exist.`] : [],
    `${origin} exists, for whoever deploys the API`,
    REPAIR.objects,
  );
  if (!isThere || object === undefined) return new Map();
  checkNoKeys(list, namespace, [object]);
  const files: Files = new Map(
    Object.entries(object.data ?? {}).map(([key, text]) => {
      return [key, { content: Buffer.from(text), origin }];
    }),
  );
  return checkApi(files, origin, backends, list, REPAIR.objects, surroundings);
}

/** Returns a backend's endpoints with their CAs. For an API's endpoints, its certificates replace the router's own. */
function endpointsOf(
  { endpoints, trust }: Backend,
  cas: ReadonlyMap<string, EndpointCas>,
  { bundle = "" }: GatewayParty,
): Endpoint[] {
  if (trust === "global") {
    return endpoints.map(({ host }) => ({ host, ca: bundle, by: "the router's bundle" }));
  }
  return [...cas].flatMap(([api, known]) =>
    endpoints.flatMap(({ url, host }): Endpoint[] => {
      const ca = known.get(url);
      return ca === undefined ? [] : [{ host, ca, by: apiParty(api) }];
    }),
  );
}

function sayNoRouter(list: Checklist, isThere: boolean): void {
  list.warn(
    "not-tried",
    `no handshake of the router with it was tried, as the router ${isThere ? "has no working pair" : "was not found"}.`,
    "See the failed checks of the router.",
  );
}

function sayUnknown(list: Checklist): void {
  list.fail(
    "accepted",
    "no API that calls it gives the router a CA for any of its endpoints.",
    "See the failed checks of the API: the router calls the backend, but refuses its certificate.",
  );
}
