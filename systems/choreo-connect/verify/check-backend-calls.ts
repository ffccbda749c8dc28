import type { Backend } from "../../../components/choreo-connect/gateway";
import { agree, type TlsPolicy } from "../../../components/choreo-connect/upstream-tls/policy";
import type { Certificate } from "../../../x509";
import type { Checklist } from "../../../verify/check";
import type { KeyPair } from "../../../verify/key-pair";
import type { Doorkeeper } from "../../../verify/tls/entrance";
import { describeRefusal, type Attempt } from "../../../verify/tls/handshake";
import { impostorOf } from "../../../verify/tls/impostor";
import {
  FOREIGN_CA,
  NO_CERTIFICATE,
  OTHER_HOST,
  STRANGER,
  expectRefusal,
} from "../../../verify/tls/refusals";
import { withDoor } from "../../../verify/tls/with-door";
import type { PartParty } from "./check-part";
import { nodeProtocols } from "./node-protocols";
import type { RouterRules } from "./router-rules";
import { TODO } from "./todo";

/** A backend as it is found, with what it has for its handshakes. */
export interface BackendParty {
  readonly backend: Backend;
  readonly list: Checklist;
  /** How to give it other files. */
  readonly todo: string;
  readonly leaf: Certificate;
  readonly pair: KeyPair;
  /** The CAs by which it knows the router, as PEM. */
  readonly clientCas: readonly string[];
}

/** An endpoint of a backend, as the router knows it. */
export interface Endpoint {
  readonly host: string;
  /** The CAs by which the router knows it, as PEM. */
  readonly ca: string;
  /** Where those are, e.g. `API Shop-1.0.0`. */
  readonly by: string;
}

/**
 * A server on loopback with exactly a backend's files and settings, and the router with exactly its own, by the host of each
 * endpoint and the CAs that are for it; and strangers on both sides.
 *
 * @param usual what a backend speaks of which nothing is known.
 */
export async function checkBackendCalls(
  party: BackendParty,
  endpoints: readonly Endpoint[],
  router: PartParty & { readonly pair: KeyPair },
  rules: RouterRules,
  usual: TlsPolicy,
): Promise<void> {
  const { backend, list, leaf, pair, clientCas, todo } = party;
  const tls = backend.tls ?? usual;
  const agreement = agree(rules.tls, tls, leaf.keyAlgorithm);
  list.judge(
    "tls-agreement",
    typeof agreement === "string" ? [`it has no TLS in common with the router: ${agreement}.`] : [],
    `what it speaks and what the router offers have ${describe(agreement)} in common`,
    `Set choreoConnect.backends.${backend.name}.tls to what its server is configured to speak, or choreoConnect.upstreamTls.`,
  );
  if (typeof agreement === "string") return;
  const call = (endpoint: Pick<Endpoint, "host" | "ca">): Attempt => ({
    pair: router.pair,
    speaks: nodeProtocols(rules.tls),
    ...(rules.verifies && {
      expects: { ca: endpoint.ca, host: rules.comparesHost ? endpoint.host : undefined },
    }),
  });
  const entrance = { pair, clientCas, speaks: nodeProtocols(tls) };
  const isAccepted = await withDoor({ entrance, list, todo }, async (door) => {
    const gotIn = await checkAccepted(door, list, endpoints, router, call);
    // Of a call that fails anyway it cannot be told why a stranger is refused.
    if (gotIn) await checkStrangers(door, list, endpoints, router, call);
    return gotIn;
  });
  if (isAccepted) await checkImpostor(party, endpoints, call);
}

type Call = (endpoint: Pick<Endpoint, "host" | "ca">) => Attempt;

async function checkAccepted(
  door: Doorkeeper,
  list: Checklist,
  endpoints: readonly Endpoint[],
  { leaf }: PartParty,
  call: Call,
): Promise<boolean> {
  const failures: string[] = [];
  const spoken = new Set<string>();
  for (const endpoint of distinct(endpoints)) {
    const as = `as ${endpoint.host} (${endpoint.by})`;
    const outcome = await door.attempt(call(endpoint));
    if (!outcome.accepted) {
      const isRefused = `is refused when it calls it ${as}`;
      failures.push(`the router ${describeRefusal(outcome, `refuses it ${as}`, isRefused)}`);
    } else if (outcome.shown !== leaf?.fingerprint) {
      failures.push(`the router gets in ${as}, but its certificate is not seen.`);
    } else spoken.add(`${outcome.version ?? ""} with ${outcome.cipher ?? ""}`);
  }
  const hosts = [...new Set(endpoints.map(({ host }) => host))].join(", ");
  const how = [...spoken].join(", ");
  return list.judge("accepted", failures, `the router gets in at ${hosts}: ${how}`, TODO.handshake);
}

async function checkStrangers(
  door: Doorkeeper,
  list: Checklist,
  endpoints: readonly Endpoint[],
  { leaf }: PartParty,
  call: Call,
): Promise<void> {
  const [endpoint] = endpoints;
  if (endpoint === undefined) return;
  const { speaks } = call(endpoint);
  const protocols = speaks === undefined ? {} : { speaks };
  expectRefusal(
    list,
    "refuses-wrong-host",
    `it, by the router if that dialled ${STRANGER},`,
    await door.attempt(call({ ...endpoint, host: STRANGER })),
    OTHER_HOST,
  );
  expectRefusal(
    list,
    "refuses-no-certificate",
    "a client without a certificate",
    await door.attempt(protocols),
    NO_CERTIFICATE,
  );
  if (leaf === undefined) return;
  expectRefusal(
    list,
    "refuses-foreign-ca",
    "a copy of the router's certificate from an unknown CA",
    await door.attempt({ ...protocols, pair: impostorOf(leaf.pem) }),
    FOREIGN_CA,
  );
}

/** A server in its place. Its key is of another kind, and what both speak is not the question. */
async function checkImpostor(
  { leaf, list, clientCas, todo }: BackendParty,
  endpoints: readonly Endpoint[],
  call: Call,
): Promise<void> {
  const [endpoint] = endpoints;
  if (endpoint === undefined) return;
  const entrance = { pair: impostorOf(leaf.pem), clientCas };
  await withDoor({ entrance, list, todo }, async (door) => {
    const { pair, expects } = call(endpoint);
    expectRefusal(
      list,
      "refuses-foreign-server",
      "a copy of it from an unknown CA, by the router,",
      await door.attempt({ ...(pair && { pair }), ...(expects && { expects }) }),
      FOREIGN_CA,
    );
  });
}

/** Several endpoints often are one host by one file. */
function distinct(endpoints: readonly Endpoint[]): Endpoint[] {
  return [...new Map(endpoints.map((each) => [`${each.host} ${each.ca}`, each])).values()];
}

function describe(agreement: ReturnType<typeof agree>): string {
  if (typeof agreement === "string") return "nothing";
  const { version, ciphers } = agreement;
  if (ciphers.length === 0) return version;
  return `${version} and ${ciphers.map(({ openssl }) => openssl).join(", ")}`;
}
