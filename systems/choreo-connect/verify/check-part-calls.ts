import type { Part } from "../../../components/choreo-connect/party";
import type { Certificate } from "../../../x509";
import type { KeyPair } from "../../../verify/key-pair";
import type { Doorkeeper } from "../../../verify/tls/entrance";
import { describeRefusal, type PemPair } from "../../../verify/tls/handshake";
import { impostorOf } from "../../../verify/tls/impostor";
import {
  FOREIGN_CA,
  NO_CERTIFICATE,
  OTHER_HOST,
  STRANGER,
  expectRefusal,
} from "../../../verify/tls/refusals";
import { withDoor, type Doorway } from "../../../verify/tls/with-door";
import type { PartParty } from "./check-part";
import { INTERNAL } from "./node-protocols";
import { peerCas } from "./peer-cas";
import { TODO } from "./todo";

/** Who of the parts calls whom. */
interface Call {
  readonly caller: Part;
  readonly callee: Part;
  /** The name in the callee's certificate that the caller wants; undefined if it compares none, as Envoy's clusters. */
  readonly host: string | undefined;
}

/** wso2/product-microgateway v1.2.0: xDS (18000), ext_authz (8081), and the enforcer's own client of xDS. */
const CALLS: readonly Call[] = [
  { caller: "router", callee: "adapter", host: undefined },
  { caller: "enforcer", callee: "adapter", host: "adapter" },
  { caller: "router", callee: "enforcer", host: undefined },
];

/** A server on loopback with exactly a part's files, and clients with exactly its peers'; and strangers. */
export async function checkPartCalls(
  parts: readonly PartParty[],
  cas: readonly Certificate[],
): Promise<void> {
  for (const party of parts) {
    const callers = CALLS.flatMap(({ caller, callee, host }): Caller[] => {
      const found = parts.find(({ view }) => view.part === caller);
      if (callee !== party.view.part || found === undefined) return [];
      return [{ ...found, host, ca: peerCas(found.view, cas, party).join("") }];
    });
    const { leaf, pair } = party;
    if (callers.length > 0 && leaf !== undefined && pair !== undefined)
      await checkCallee({ ...party, leaf, pair, clientCas: peerCas(party.view, cas) }, callers);
  }
}

interface Caller extends PartParty {
  readonly host: string | undefined;
  /** The CAs by which it knows the callee, as PEM. */
  readonly ca: string;
}

interface Callee extends PartParty {
  readonly leaf: Certificate;
  readonly pair: KeyPair;
  /** The CAs by which it knows its callers, as PEM. */
  readonly clientCas: readonly string[];
}

async function checkCallee(callee: Callee, callers: readonly Caller[]): Promise<void> {
  const admitted: Caller[] = [];
  await withDoor(doorway(callee, callee.pair), async (door) => {
    const failures: string[] = [];
    for (const caller of callers) {
      const failure = await failureOf(door, caller);
      if (failure === undefined) admitted.push(caller);
      else failures.push(failure);
    }
    const names = callers.map(({ view }) => `the ${view.part}`);
    callee.list.judge(
      "accepted",
      failures,
      `${names.join(" and ")} ${names.length === 1 ? "gets" : "get"} in, by TLS 1.2`,
      TODO.handshake,
    );
    // Of a call that fails anyway it cannot be told why a stranger is refused.
    if (admitted.length > 0) await checkStrangers(door, callee, admitted);
  });
  if (admitted.length > 0) await checkImpostor(callee, admitted);
}

function doorway({ list, clientCas, view }: Callee, pair: PemPair): Doorway {
  return { entrance: { pair, clientCas, speaks: INTERNAL }, list, todo: view.todo };
}

async function failureOf(
  door: Doorkeeper,
  { view, pair, leaf, host, ca }: Caller,
): Promise<string | undefined> {
  const name = `the ${view.part}`;
  if (pair === undefined) return `${name} has no pair that works.`;
  const outcome = await door.attempt({ pair, expects: { host, ca }, speaks: INTERNAL });
  if (!outcome.accepted) return `${name} ${describeRefusal(outcome, "refuses its certificate")}`;
  return outcome.shown === leaf?.fingerprint
    ? undefined
    : `${name} gets in, but its certificate is not seen.`;
}

async function checkStrangers(
  door: Doorkeeper,
  { list }: Callee,
  callers: readonly Caller[],
): Promise<void> {
  expectRefusal(
    list,
    "refuses-no-certificate",
    "a client without a certificate",
    await door.attempt({ speaks: INTERNAL }),
    NO_CERTIFICATE,
  );
  for (const { leaf, pair, view, host, ca } of callers) {
    if (leaf === undefined || pair === undefined) continue;
    expectRefusal(
      list,
      "refuses-foreign-ca",
      `a copy of the ${view.part}'s certificate from an unknown CA`,
      await door.attempt({ pair: impostorOf(leaf.pem), speaks: INTERNAL }),
      FOREIGN_CA,
    );
    if (host === undefined) continue;
    expectRefusal(
      list,
      "refuses-wrong-host",
      `it, by the ${view.part} if that dialled ${STRANGER},`,
      await door.attempt({ pair, expects: { host: STRANGER, ca }, speaks: INTERNAL }),
      OTHER_HOST,
    );
  }
}

/** A server in its place, for which its callers must not take it. */
async function checkImpostor(callee: Callee, callers: readonly Caller[]): Promise<void> {
  await withDoor(doorway(callee, impostorOf(callee.leaf.pem)), async (door) => {
    for (const { pair, view, host, ca } of callers) {
      if (pair === undefined) continue;
      expectRefusal(
        callee.list,
        "refuses-foreign-server",
        `a copy of it from an unknown CA, by the ${view.part},`,
        await door.attempt({ pair, expects: { host, ca }, speaks: INTERNAL }),
        FOREIGN_CA,
      );
    }
  });
}
