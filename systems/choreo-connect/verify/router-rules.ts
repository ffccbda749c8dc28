import { readCipher, type Cipher } from "../../../components/choreo-connect/upstream-tls/ciphers";
import type { AdapterSettings } from "../../../components/choreo-connect/adapter/settings";
import { ROUTER_BUNDLE } from "../../../components/choreo-connect/paths";
import {
  ADAPTER_DEFAULT,
  cipherNames,
  type TlsPolicy,
} from "../../../components/choreo-connect/upstream-tls/policy";
import {
  TLS_VERSIONS,
  type TlsVersion,
} from "../../../components/choreo-connect/upstream-tls/versions";
import { quote } from "../../../x509";
import type { Checklist } from "../../../verify/check";
import type { AdapterConfig } from "./adapter-config";
import { pathOf, type PartView } from "./part-view";

/** How the router calls backends. */
export interface RouterRules {
  readonly tls: TlsPolicy;
  /** Whether it compares the host with the names in a backend's certificate. */
  readonly comparesHost: boolean;
  /** Whether it looks at a backend's certificate at all. */
  readonly verifies: boolean;
  /** Its file with the CAs of backends for which an API brings none. */
  readonly bundle: string;
}

/** What a configuration says that is as the stack has it. */
export function rulesOf(tls: TlsPolicy): RouterRules {
  return { tls, comparesHost: true, verifies: true, bundle: ROUTER_BUNDLE };
}

/**
 * Checks how the router is told to call backends: by the adapter, which has it in its configuration.
 *
 * @returns the rules that it really follows.
 */
export function checkRouterRules(
  { settings, origin }: AdapterConfig,
  router: PartView | undefined,
  list: Checklist,
  wanted: TlsPolicy,
): RouterRules {
  const { upstreamTls } = settings;
  const found = readPolicy(upstreamTls);
  const source = `by ${origin} and its variables the adapter`;
  list.judge(
    "upstream-tls",
    [
      ...found.problems,
      ...(upstreamTls.verifiesHost
        ? []
        : ["has verifyHostName = false: the router takes any host's certificate for a backend's"]),
      ...(upstreamTls.skipsVerification
        ? ["has disableSslVerification = true: the router takes any certificate"]
        : []),
      ...differences(found.tls, wanted),
      ...(router === undefined ? [] : pairProblems(settings, router)),
    ].map((each) => `${source} ${each}.`),
    `the router verifies backends and the names in their certificates, and offers them ${describe(wanted)}`,
    "The stack sets it, in choreoConnect.upstreamTls and variables of the adapter: undo what was changed by hand (see drift above).",
  );
  return {
    tls: found.tls,
    comparesHost: upstreamTls.verifiesHost,
    verifies: !upstreamTls.skipsVerification,
    bundle: upstreamTls.bundle,
  };
}

/** The adapter says it for the listener and for backends, the router's own variables for its calls to the other parts. */
function pairProblems({ routerPair }: AdapterSettings, router: PartView): string[] {
  return (["certificate", "key"] as const).flatMap((what) => {
    const [told, own] = [routerPair[what], pathOf(router, what)];
    return told === own
      ? []
      : [`tells the router to serve and to call with the ${what} ${told}, and its own is ${own}`];
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
        `has ${name} = ${quote(value)}, which is none of ${all} and means whatever Envoy likes`,
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

/** In which order the ciphers are decides nothing that matters here. */
function differences(found: TlsPolicy, wanted: TlsPolicy): string[] {
  const names = (policy: TlsPolicy) => cipherNames(policy, "openssl");
  const [has, wants] = [names(found), names(wanted)];
  const more = has.filter((name) => !wants.includes(name));
  const less = wants.filter((name) => !has.includes(name));
  return [
    ...(found.minimum === wanted.minimum
      ? []
      : [`has ${found.minimum} as the oldest version, and the stack ${wanted.minimum}`]),
    ...(found.maximum === wanted.maximum
      ? []
      : [`has ${found.maximum} as the newest version, and the stack ${wanted.maximum}`]),
    ...(more.length > 0 ? [`has ciphers that the stack has not: ${more.join(", ")}`] : []),
    ...(less.length > 0 ? [`lacks ciphers of the stack: ${less.join(", ")}`] : []),
  ];
}

function describe({ minimum, maximum, ciphers }: TlsPolicy): string {
  const range = minimum === maximum ? minimum : `${minimum} to ${maximum}`;
  return `${range} with ${ciphers.length} ciphers`;
}
