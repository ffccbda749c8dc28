import { readCipher, type Cipher } from "../../../components/choreo-connect/upstream-tls/ciphers";
import {
  configTomlProblem,
  upstreamTlsIn,
} from "../../../components/choreo-connect/upstream-tls/config-toml";
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
import type { Checklist } from "../../check";
import { REPAIR } from "../todo";
import { CONFIG_TOML, ROUTER_BUNDLE, type PartView } from "./part-view";

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
  adapter: PartView,
  list: Checklist,
  wanted: TlsPolicy,
): RouterRules {
  const file = adapter.files.get(CONFIG_TOML);
  if (file === undefined) {
    list.fail("upstream-tls", `there is no ${CONFIG_TOML}.`, REPAIR.release);
    return rulesOf(wanted);
  }
  const text = file.content.toString("utf8");
  const problem = configTomlProblem(text);
  const values = upstreamTlsIn(text);
  const found = readPolicy(values);
  list.judge(
    "upstream-tls",
    [
      ...(problem === undefined ? [] : [`${file.origin} ${problem}.`]),
      ...found.problems.map((each) => `${file.origin} ${each}.`),
      ...differences(found.tls, wanted).map((each) => `${file.origin} ${each}.`),
    ],
    `the router verifies backends and the names in their certificates, and offers them ${describe(wanted)}`,
    "The stack sets it, in choreoConnect.upstreamTls: undo what was changed by hand (see drift above).",
  );
  return {
    tls: found.tls,
    comparesHost: values.get("verifyHostName") !== "false",
    verifies: values.get("disableSslVerification") !== "true",
    bundle: values.get("trustedCertPath") ?? ROUTER_BUNDLE,
  };
}

/** What is not there is as the adapter has it by itself. */
function readPolicy(values: ReadonlyMap<string, string>): {
  readonly tls: TlsPolicy;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const version = (name: string, usual: TlsVersion): TlsVersion => {
    const value = values.get(name) ?? usual;
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
    minimum: version("minimumProtocolVersion", ADAPTER_DEFAULT.minimum),
    maximum: version("maximumProtocolVersion", ADAPTER_DEFAULT.maximum),
    ciphers: readCiphers(values.get("ciphers"), problems),
  };
  return { tls, problems };
}

function readCiphers(text: string | undefined, problems: string[]): readonly Cipher[] {
  if (text === undefined) return ADAPTER_DEFAULT.ciphers;
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
