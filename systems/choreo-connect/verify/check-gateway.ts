import { z } from "zod";
import { partyOf, type Part } from "../../../components/choreo-connect/party";
import { REPAIR, warnWithoutKey, type Checklist } from "../../../verify/check";
import { checkConfigToml, usualSettings, type AdapterConfig } from "./adapter-config";
import { checkGlobalBundle, checkRouterRules, rulesOf, type RouterRules } from "./check-router";
import { checkPart, checkPeerTrust, type PartParty } from "./check-part";
import { checkPartCalls } from "./check-calls";
import { checkTokenIssuers, checkTokenPair } from "./check-tokens";
import { readParts, type PartView } from "./read-parts";
import type { Access, Surroundings } from "./surroundings";
import { defaultSecretsOf, fullName, serviceOf } from "../../../components/choreo-connect/chart";
import type { Cluster } from "../../../verify/cluster/api";
import {
  failPublishedKeys,
  publishedKeyProblems,
  readTrustFile,
} from "../../../verify/trust-checks";

/** The gateway as its backends see it. */
export interface GatewayParty {
  /** The router; undefined if it was not found. */
  readonly router: PartParty | undefined;
  readonly rules: RouterRules;
  /** CAs that the router trusts for backends without certificates from an API (PEM); undefined for the image's own. */
  readonly bundle: string | undefined;
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
  const views = await readParts(access, whole, surroundings.stack);
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
  } else if (!hasKeys) for (const { list } of parties) warnWithoutKey(list);
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

/** Place of a chart's release. */
interface ReleasePlace {
  readonly namespace: string;
  readonly releaseName: string;
}

/**
 * Checks that a part mounts none of the Secrets that the chart creates by default, and that no Ingress serves with one:
 * everybody can download the contents of these Secrets, including the keys.
 */
async function checkDefaults(
  cluster: Cluster,
  { namespace, releaseName }: ReleasePlace,
  { part, files }: PartView,
  list: Checklist,
): Promise<void> {
  const full = fullName(releaseName);
  const defaults = defaultSecretsOf(full);
  const mounted = [...new Set([...files.values()].map(({ origin }) => origin))].filter((origin) =>
    defaults.some((name) => origin === `Secret ${namespace}/${name}`),
  );
  const problems = mounted.map(
    (origin) => `it has ${origin} mounted, which the chart fills with content that everybody has.`,
  );
  const secrets =
    part === "enforcer" ? [] : await ingressSecrets(cluster, namespace, serviceOf(full, part));
  for (const name of secrets) {
    const what = `the Ingress of the ${part}`;
    const secret = await cluster.secret(namespace, name);
    const certificate = secret?.data?.["tls.crt"];
    if (defaults.includes(name)) {
      problems.push(
        `${what} serves with Secret ${namespace}/${name}, which the chart fills with content that everybody has.`,
      );
    } else if (certificate === undefined) {
      const lacks = secret ? 'has no key "tls.crt"' : "does not exist";
      const message = `${what} serves with Secret ${namespace}/${name}, which ${lacks}.`;
      list.fail("mounted-objects", message, REPAIR.objects);
    } else {
      const file = {
        content: Buffer.from(certificate, "base64"),
        origin: `Secret ${namespace}/${name}`,
      };
      problems.push(
        ...publishedKeyProblems(readTrustFile(file, `the pair with which ${what} serves`)),
      );
    }
  }
  failPublishedKeys(list, problems);
}

const ingress = z.object({
  spec: z.object({
    tls: z.array(z.object({ secretName: z.string().optional() })).default([]),
  }),
});

/**
 * Returns the Secrets of a part's Ingress. Only the router and, without an API Manager, the adapter have one, if the
 * values do not switch it off.
 */
async function ingressSecrets(cluster: Cluster, namespace: string, name: string) {
  const found = await cluster.custom("networking.k8s.io/v1", "ingresses", namespace, name);
  const parsed = ingress.safeParse(found);
  if (!parsed.success) return [];
  return parsed.data.spec.tls.flatMap(({ secretName }) => secretName ?? []);
}
