import type { Backend } from "../../../components/choreo-connect/gateway";
import { agree, type TlsPolicy } from "../../../components/choreo-connect/upstream-tls/policy";
import type { Certificate } from "../../../x509";
import type { Checklist } from "../../../verify/check";
import type { KeyPair } from "../../../verify/key-pair";
import { rehearse, type Client, type Round } from "../../../verify/rehearsal";
import type { PartParty } from "./check-part";
import { nodeProtocols } from "./node-protocols";
import type { RouterRules } from "./router-rules";
import { TODO } from "./todo";

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
export interface Router extends PartParty {
  readonly pair: KeyPair;
  readonly rules: RouterRules;
}

/**
 * Runs a server on loopback with exactly a backend's files and settings. The router calls it with exactly its own, by the host
 * of each endpoint and the CAs that are for it, and then everyone who must be refused tries.
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
    distinct(endpoints).map((endpoint) => clientOf(router, endpoint)),
    roundFor(endpoints),
  );
}

function clientOf({ pair, leaf, rules }: Router, { host, ca, by }: Endpoint): Client {
  return {
    ...{ name: "the router", address: `${host} (${by})`, pair, speaks: nodeProtocols(rules.tls) },
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
