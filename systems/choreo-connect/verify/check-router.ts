import type { AdapterSettings } from "../../../components/choreo-connect/adapter/settings";
import { globallyTrusted, type Gateway } from "../../../components/choreo-connect/gateway";
import { ROUTER_BUNDLE } from "../../../components/choreo-connect/paths";
import { globalBundle } from "../../../components/choreo-connect/trust";
import {
  ADAPTER_DEFAULT,
  TLS_VERSIONS,
  cipherNames,
  readCipher,
  type Cipher,
  type TlsPolicy,
  type TlsVersion,
} from "../../../components/choreo-connect/upstream-tls";
import type { Checklist } from "../../../verify/check";
import { checkPublishedKeys, readTrustFile, trustFileProblems } from "../../../verify/trust-checks";
import { quote, readCertificates } from "../../../x509";
import type { AdapterConfig } from "./adapter-config";
import { pathOf, type PartView } from "./read-parts";
import type { Surroundings } from "./surroundings";

/** Rules by which the router calls backends. */
export interface RouterRules {
  readonly tls: TlsPolicy;
  /** Whether it compares the host with the names in a backend's certificate. */
  readonly comparesHost: boolean;
  /** Whether it checks a backend's certificate at all. */
  readonly verifies: boolean;
  /** Its file with the CAs of backends without certificates from an API. */
  readonly bundle: string;
}

/** Returns the rules of a configuration that is as the stack sets it. */
export function rulesOf(tls: TlsPolicy): RouterRules {
  return { tls, comparesHost: true, verifies: true, bundle: ROUTER_BUNDLE };
}

/**
 * Checks the rules by which the router calls backends. The adapter, which has them in its configuration, tells it.
 *
 * @returns the rules that the router really follows.
 */
export function checkRouterRules(
  { settings, origin }: AdapterConfig,
  router: PartView | undefined,
  list: Checklist,
  wanted: TlsPolicy,
): RouterRules {
  const { upstreamTls } = settings;
  const found = readPolicy(upstreamTls);
  const source = `according to ${origin} and its variables, the adapter`;
  list.judge(
    "upstream-tls",
    [
      ...found.problems,
      ...(upstreamTls.verifiesHost
        ? []
        : ["has verifyHostName = false: the router accepts any host's certificate from a backend"]),
      ...(upstreamTls.skipsVerification
        ? ["has disableSslVerification = true: the router accepts any certificate"]
        : []),
      ...differences(found.tls, wanted),
      ...(router === undefined ? [] : pairProblems(settings, router)),
    ].map((each) => `${source} ${each}.`),
    `the router verifies backends and the names in their certificates, and offers them ${describe(wanted)}`,
    "The stack sets this, with choreoConnect.upstreamTls and variables of the adapter: undo what was changed by hand (see drift above).",
  );
  return {
    tls: found.tls,
    comparesHost: upstreamTls.verifiesHost,
    verifies: !upstreamTls.skipsVerification,
    bundle: upstreamTls.bundle,
  };
}

/**
 * Checks the bundle of CAs that the router trusts for backends without certificates from an API.
 *
 * @returns the bundle as PEM; undefined if the router keeps its image's own, or if there is none.
 */
export function checkGlobalBundle(
  router: PartView,
  list: Checklist,
  { bundle: path }: RouterRules,
  { stack: { gateway, caBundle } }: Surroundings,
): string | undefined {
  const wanted = globalBundle(gateway, caBundle);
  if (wanted === undefined) return undefined;
  const content = router.files.get(path);
  if (content === undefined) {
    const message = `its container does not have the stack's ${path}: it trusts only public CAs, not those of ${globals(gateway)}.`;
    list.fail("trust-store", message, router.todo);
    return undefined;
  }
  const file = readTrustFile(content, path);
  checkPublishedKeys(list, file);
  const publicOnes = Object.keys(gateway.publicCas).length;
  list.judge(
    "trust-store",
    trustFileProblems(file, readCertificates(wanted), "nobody else"),
    `its bundle contains the CAs of ${globals(gateway)}, and ${publicOnes === 0 ? "no public CAs" : `${publicOnes} public ${publicOnes === 1 ? "CA" : "CAs"}`}`,
    router.todo,
  );
  return content.content.toString("utf8");
}

/** Finds different pairs: the adapter sets one for listener and backends, the router's variables one for the parts. */
function pairProblems({ routerPair }: AdapterSettings, router: PartView): string[] {
  return (["certificate", "key"] as const).flatMap((what) => {
    const [told, own] = [routerPair[what], pathOf(router, what)];
    return told === own
      ? []
      : [`tells the router to serve and to call with the ${what} ${told}, but its own is ${own}`];
  });
}

function readPolicy({ minimum, maximum, ciphers }: AdapterSettings["upstreamTls"]): {
  readonly tls: TlsPolicy;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const version = (name: string, value: string, usual: TlsVersion): TlsVersion => {
    const known = TLS_VERSIONS.find((each) => each === value);
    if (known === undefined) {
      const all = TLS_VERSIONS.join(", ");
      problems.push(
        `has ${name} = ${quote(value)}, which is none of ${all}, so Envoy chooses the version`,
      );
    }
    return known ?? usual;
  };
  const tls = {
    minimum: version("minimumProtocolVersion", minimum, ADAPTER_DEFAULT.minimum),
    maximum: version("maximumProtocolVersion", maximum, ADAPTER_DEFAULT.maximum),
    ciphers: readCiphers(ciphers, problems),
  };
  return { tls, problems };
}

function readCiphers(text: string, problems: string[]): readonly Cipher[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  return names.flatMap((name) => {
    const cipher = readCipher(name);
    if (typeof cipher !== "string") return [cipher];
    problems.push(`has the cipher ${quote(name)}, which ${cipher}`);
    return [];
  });
}

/** Finds differences between policies. The order of ciphers does not matter here. */
function differences(found: TlsPolicy, wanted: TlsPolicy): string[] {
  const names = (policy: TlsPolicy) => cipherNames(policy, "openssl");
  const [has, wants] = [names(found), names(wanted)];
  const more = has.filter((name) => !wants.includes(name));
  const less = wants.filter((name) => !has.includes(name));
  return [
    ...(found.minimum === wanted.minimum
      ? []
      : [`has ${found.minimum} as the oldest version, but the stack has ${wanted.minimum}`]),
    ...(found.maximum === wanted.maximum
      ? []
      : [`has ${found.maximum} as the newest version, but the stack has ${wanted.maximum}`]),
    ...(more.length > 0 ? [`has ciphers that the stack does not have: ${more.join(", ")}`] : []),
    ...(less.length > 0 ? [`lacks ciphers of the stack: ${less.join(", ")}`] : []),
  ];
}

function describe({ minimum, maximum, ciphers }: TlsPolicy): string {
  const range = minimum === maximum ? minimum : `${minimum} to ${maximum}`;
  return `${range} with ${ciphers.length} ciphers`;
}

function globals(gateway: Gateway): string {
  return globallyTrusted(gateway)
    .map(({ name }) => name)
    .join(", ");
}
