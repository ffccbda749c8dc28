import type { SecureVersion } from "node:tls";
import type { Backend } from "../../../components/choreo-connect/gateway";
import type { Part } from "../../../components/choreo-connect/party";
import {
  COMMON_TLS13_SUITES,
  agree,
  cipherNames,
  compareVersions,
  type TlsPolicy,
  type TlsVersion,
} from "../../../components/choreo-connect/upstream-tls";
import type { Checklist } from "../../../verify/check";
import type { KeyPair } from "../../../verify/leaf-checks";
import { rehearse, type Client, type Round } from "../../../verify/rehearsal";
import type { Protocols } from "../../../verify/tls/handshake";
import type { Certificate } from "../../../x509";
import type { PartParty } from "./check-part";
import type { RouterRules } from "./check-router";
import { TODO, isLeafOf, type Surroundings } from "./surroundings";
import { peerFiles, type PartView } from "./read-parts";

/** A backend with everything that it uses in handshakes. */
export interface BackendParty {
  readonly backend: Backend;
  readonly list: Checklist;
  /** Repair for its files. */
  readonly todo: string;
  readonly leaf: Certificate;
  readonly pair: KeyPair;
  /** CAs that it trusts for the router, as PEM. */
  readonly clientCas: readonly string[];
}

/** An endpoint of a backend, with the CAs that the router trusts for it. */
export interface Endpoint {
  readonly host: string;
  /** CAs that the router trusts for it, as PEM. */
  readonly ca: string;
  /** Origin of these CAs, e.g. `API Shop-1.0.0`. */
  readonly by: string;
}

/** The router with everything that it uses in handshakes with backends. */
interface Router extends PartParty {
  readonly pair: KeyPair;
  readonly rules: RouterRules;
}

/**
 * Runs a server on loopback with exactly a backend's files and settings. The router calls it with exactly its own, by
 * the host of each endpoint and the CAs that are for it, and then everyone who must be refused tries.
 *
 * @param usual TLS settings of a backend whose settings are not known.
 */
export async function checkBackendCalls(
  party: BackendParty,
  endpoints: readonly Endpoint[],
  router: Router,
  usual: TlsPolicy,
  at: Date,
): Promise<void> {
  const { backend, list, leaf, pair, clientCas, todo } = party;
  const tls = backend.tls ?? usual;
  const agreement = agree(router.rules.tls, tls, leaf.keyAlgorithm);
  list.judge(
    "tls-agreement",
    typeof agreement === "string" ? [`it has no TLS in common with the router: ${agreement}.`] : [],
    `it and the router have ${describe(agreement)} in common`,
    `Set choreoConnect.backends.${backend.name}.tls to what its server is configured to speak, or choreoConnect.upstreamTls.`,
  );
  if (typeof agreement === "string") return;
  await rehearse(
    { list, pair, leaf, clientCas, todo, at, asks: "required", speaks: nodeProtocols(tls) },
    distinct(endpoints).map((endpoint) => routerAt(router, endpoint)),
    roundFor(endpoints),
  );
}

/**
 * Runs a server on loopback with exactly a part's files. Its peers call it with exactly theirs, and then everyone who
 * must be refused tries.
 */
export async function checkPartCalls(
  parts: readonly PartParty[],
  { cas, at }: Pick<Surroundings, "cas" | "at">,
): Promise<void> {
  for (const callee of parts) {
    const { view, list, leaf, pair } = callee;
    const clients = CALLS.flatMap(({ caller: part, callee: called, host }): Client[] => {
      const caller = parts.find((each) => each.view.part === part);
      if (called !== view.part || caller === undefined) return [];
      return [callerOf(caller, host, peerCas(caller.view, cas, callee).join(""))];
    });
    if (clients.length === 0 || leaf === undefined || pair === undefined) continue;
    const names = clients.map(({ name }) => name);
    await rehearse(
      {
        list,
        pair,
        leaf,
        at,
        asks: "required",
        clientCas: peerCas(view, cas),
        speaks: INTERNAL,
        todo: view.todo,
      },
      clients,
      {
        code: "accepted",
        good: () =>
          `${names.join(" and ")} ${names.length === 1 ? "gets" : "get"} in, with TLS 1.2`,
        todo: TODO.handshake,
      },
    );
  }
}

/** A call from one part to another. */
interface Call {
  readonly caller: Part;
  readonly callee: Part;
  /** Name that the caller expects in the callee's certificate; undefined if it compares none, like Envoy's clusters. */
  readonly host: string | undefined;
}

/** Calls of the parts (wso2/product-microgateway v1.2.0): xDS (18000), ext_authz (8081), and the enforcer's xDS. */
const CALLS: readonly Call[] = [
  { caller: "router", callee: "adapter", host: undefined },
  { caller: "enforcer", callee: "adapter", host: "adapter" },
  { caller: "router", callee: "enforcer", host: undefined },
];

function callerOf({ view, pair, leaf }: PartParty, host: string | undefined, ca: string): Client {
  const name = `the ${view.part}`;
  if (pair === undefined) return { name, fault: "has no working pair." };
  return {
    name,
    pair,
    expects: { host, ca },
    speaks: INTERNAL,
    comparesNoHost: host === undefined,
    ...(leaf && { leaf }),
  };
}

/**
 * Returns the CAs that a part trusts for its peers, as PEM.
 *
 * For Go, Java and Envoy, a peer's own certificate in the files is enough. OpenSSL, which Node uses, also needs the CA
 * that signed it. A missing CA is reported where files are checked.
 *
 * @param peer one of the peers. @default - all of them
 */
function peerCas(
  view: PartView,
  cas: readonly Certificate[],
  peer?: Pick<PartParty, "view" | "leaf">,
): string[] {
  const trusted = peerFiles(view, peer?.view.part).flatMap(({ file }) => file?.certificates ?? []);
  const own =
    peer === undefined
      ? trusted
      : trusted.filter(({ fingerprint }) => fingerprint === peer.leaf?.fingerprint);
  const issuers = cas.filter((ca) => own.some((each) => isLeafOf(each, [ca])));
  return [...new Set([...trusted, ...issuers].map(({ pem }) => pem))];
}

function routerAt({ pair, leaf, rules }: Router, { host, ca, by }: Endpoint): Client {
  return {
    name: "the router",
    address: `${host} (${by})`,
    pair,
    speaks: nodeProtocols(rules.tls),
    ...(leaf && { leaf }),
    ...(rules.verifies && { expects: { ca, host: rules.comparesHost ? host : undefined } }),
  };
}

function roundFor(endpoints: readonly Endpoint[]): Round {
  const hosts = [...new Set(endpoints.map(({ host }) => host))].join(", ");
  return {
    code: "accepted",
    good: (admissions) => {
      const spoken = admissions.map(({ version = "", cipher = "" }) => `${version} with ${cipher}`);
      return `the router gets in at ${hosts}: ${[...new Set(spoken)].join(", ")}`;
    },
    todo: TODO.handshake,
  };
}

/** Removes repetitions: several endpoints often have the same host and the same CAs. */
function distinct(endpoints: readonly Endpoint[]): Endpoint[] {
  return [...new Map(endpoints.map((each) => [`${each.host} ${each.ca}`, each])).values()];
}

function describe(agreement: ReturnType<typeof agree>): string {
  if (typeof agreement === "string") return "nothing";
  const { version, ciphers } = agreement;
  if (ciphers.length === 0) return version;
  return `${version} and ${ciphers.map(({ openssl }) => openssl).join(", ")}`;
}

const VERSIONS: Readonly<Record<TlsVersion, SecureVersion>> = {
  TLS1_0: "TLSv1",
  TLS1_1: "TLSv1.1",
  TLS1_2: "TLSv1.2",
  TLS1_3: "TLSv1.3",
};

/** Security level for versions older than TLS 1.2, which OpenSSL 3 refuses at any other level. */
const OLD = "@SECLEVEL=0";

/** Returns a policy in the form of Node's TLS. */
function nodeProtocols(policy: TlsPolicy): Protocols {
  const { minimum, maximum } = policy;
  return {
    minVersion: VERSIONS[minimum],
    maxVersion: VERSIONS[maximum],
    ciphers: [
      // Not configurable in Envoy, but for Node, a list without them means at most TLS 1.2.
      ...(maximum === "TLS1_3" ? COMMON_TLS13_SUITES : []),
      ...cipherNames(policy, "openssl"),
      ...(compareVersions(minimum, "TLS1_2") < 0 ? [OLD] : []),
    ].join(":"),
  };
}

/** TLS of the router's clusters for the other parts (wso2/product-microgateway v1.2.0, router envoy.yaml.template). */
const INTERNAL: Protocols = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" };
