import type { Part } from "../../../components/choreo-connect/party";
import { partyOf } from "../../../components/choreo-connect/party";
import { Checklist } from "../../../verify/check";
import type { Cluster } from "../../../verify/cluster/api";
import type { KeptMaterial } from "../outputs";
import { REPAIR } from "../../../verify/todo";
import { checkConfigToml, usualSettings, type AdapterConfig } from "./adapter-config";
import { checkDefaults } from "./check-defaults";
import { checkGlobalBundle } from "./check-global-bundle";
import { checkPart, type PartParty } from "./check-part";
import { checkPartCalls } from "./check-part-calls";
import { checkPeerTrust } from "./check-peer-trust";
import { checkTokenIssuers } from "./check-token-issuers";
import { checkTokenPair } from "./check-token-pair";
import { deployedParts } from "./deployed-parts";
import { exportedParts } from "./exported-parts";
import type { PartView } from "./part-view";
import { checkRouterRules, rulesOf, type RouterRules } from "./router-rules";
import type { Surroundings } from "./surroundings";
import { TODO } from "./todo";

/** The gateway as its backends see it. */
export interface GatewayParty {
  /** The router; undefined if it was not found. */
  readonly router: PartParty | undefined;
  readonly rules: RouterRules;
  /** CAs that the router trusts for backends without certificates from an API (PEM); undefined for the image's own. */
  readonly bundle: string | undefined;
}

/** Sources besides the stack's public outputs. */
export interface Access {
  /** The cluster; undefined if nothing is in one. */
  readonly cluster: Cluster | undefined;
  /** Keys and passwords that are in no cluster; undefined if they are not available. */
  readonly kept: KeptMaterial | undefined;
}

/**
 * Checks the gateway's own parts.
 *
 * @param whole list for checks that concern all parts.
 * @param listOf creates a list.
 */
export async function checkGateway(
  access: Access,
  whole: Checklist,
  listOf: (party: string) => Checklist,
  surroundings: Surroundings,
): Promise<GatewayParty> {
  const { target, gateway } = surroundings.stack;
  const views = await viewsOf(access, whole, surroundings);
  const hasKeys = target.kind === "kubernetes" || access.kept !== undefined;
  const lists = new Map(views.map(({ part }) => [part, listOf(partyOf(part))]));
  const listOfPart = (part: Part) => lists.get(part) ?? whole;
  const adapterView = views.find(({ part }) => part === "adapter");
  const config = adapterView && configOf(adapterView, listOfPart("adapter"), target.kind);
  const parties = views.map((view) =>
    checkPart(configured(view, config), listOfPart(view.part), hasKeys, surroundings),
  );
  for (const { view, list } of parties) checkPeerTrust(view, list, surroundings);
  if (hasKeys) await checkPartCalls(parties, surroundings);
  const find = (part: Part) => parties.find(({ view }) => view.part === part);
  const [router, enforcer] = [find("router"), find("enforcer")];
  if (enforcer && config) {
    if (hasKeys) checkTokenPair(enforcer.view, enforcer.list, config.settings, surroundings);
    checkTokenIssuers(enforcer.view, enforcer.list, config.settings, surroundings);
  }
  if (target.kind === "kubernetes") {
    for (const { view, list } of parties) {
      if (access.cluster) await checkDefaults(access.cluster, target, view, list);
    }
  } else if (!hasKeys) sayNotTried(parties);
  const { upstreamTls } = gateway;
  const rules = config
    ? checkRouterRules(config, router?.view, listOfPart("adapter"), upstreamTls)
    : rulesOf(upstreamTls);
  const bundle = router && checkGlobalBundle(router.view, router.list, rules, surroundings);
  return { router, rules, bundle };
}

/** Returns the adapter's configuration. With docker-compose, config.toml is not known, but the exported files are. */
function configOf(
  adapter: PartView,
  list: Checklist,
  kind: "kubernetes" | "compose",
): AdapterConfig | undefined {
  return kind === "kubernetes"
    ? checkConfigToml(adapter, list)
    : { settings: usualSettings(adapter), origin: "the distribution's config.toml" };
}

function configured(view: PartView, config: AdapterConfig | undefined): PartView {
  if (view.part !== "adapter" || config === undefined) return view;
  const { adapterPair: pair, truststore } = config.settings;
  return { ...view, configured: { pair, truststore } };
}

async function viewsOf(
  { cluster, kept }: Access,
  whole: Checklist,
  { stack }: Surroundings,
): Promise<readonly PartView[]> {
  const { target, release } = stack;
  if (target.kind === "compose") {
    whole.pass(
      "exported",
      "others run it with docker-compose: the files that `countersign choreo-connect export` writes now are checked, but not whether they are in place",
    );
    return exportedParts(stack, target.project, kept);
  }
  if (cluster !== undefined && release !== undefined) {
    return deployedParts(cluster, release, whole);
  }
  whole.fail("release", "the stack's outputs name no release of it.", REPAIR.release);
  return [];
}

function sayNotTried(parties: readonly PartParty[]): void {
  for (const { list } of parties) {
    list.warn(
      "not-tried",
      "its key is a secret output, which a file of outputs does not contain: neither the key nor any handshake was tried.",
      TODO.keys,
    );
  }
}
