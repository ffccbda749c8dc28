import { partyOf } from "../../../components/choreo/party";
import { quote, type Certificate } from "../../../x509";
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
import { withDoor } from "../../../verify/tls/with-door";
import type { Party } from "./check-component";
import { TODO } from "./todo";

/**
 * Runs a server on loopback with exactly a component's certificate, key and CAs, and has all that call it do so with exactly
 * theirs, by the host of the URL that they have. Whoever must be refused tries, too.
 */
export async function checkCalls(
  callee: Party,
  callers: readonly Party[],
  cas: readonly Certificate[],
): Promise<void> {
  const { pair, list, outputs, ca } = callee;
  if (!outputs.server || pair === undefined) return; // what is wrong with it is said already
  const isMutual = outputs.server.clients === "mutual-tls";
  const entrance = { pair, clientCas: isMutual ? [ca ?? ""] : undefined };
  await withDoor({ entrance, list, todo: TODO.certificate, given: "it" }, async (door) => {
    await checkCallers(door, callee, callers, isMutual);
    await checkRefusals(door, { ...callee, pair }, callers, cas);
  });
}

async function checkCallers(
  door: Doorkeeper,
  callee: Party,
  callers: readonly Party[],
  isMutual: boolean,
): Promise<void> {
  if (callers.length === 0) return;
  const failures: string[] = [];
  for (const caller of callers) {
    const failure = await failureOf(door, callee, caller, isMutual);
    if (failure !== undefined) failures.push(failure);
  }
  const names = callers.map(({ name, outputs: { client } }) =>
    isMutual ? `${name} as ${client?.identity ?? ""}` : name,
  );
  callee.list.judge(
    "accepted",
    failures,
    `${names.join(", ")} ${names.length === 1 ? "gets" : "get"} in${isMutual ? "" : ", asked for no certificate"}`,
    "A real call with what they have fails like this: what fails of either side says why.",
  );
}

async function failureOf(
  door: Doorkeeper,
  callee: Party,
  { name, pair, ca, leaf, urls, outputs }: Party,
  isMutual: boolean,
): Promise<string | undefined> {
  const url = urls.get(callee.name);
  if (url === undefined || ca === undefined) return `${name} has no URL or no CA for it.`;
  if (!URL.canParse(url)) return `${name} has ${quote(url)} for it, which is no URL.`;
  const host = new URL(url).hostname;
  const outcome = await door.attempt({ ...(pair && { pair }), expects: { host, ca } });
  if (!outcome.accepted) return `${name} ${describeRefusal(outcome, `refuses it as ${host}`)}`;
  if (!isMutual) return undefined;
  // The server answers by the CN of the certificate that it saw.
  const seen = outcome.shown === leaf?.fingerprint ? leaf?.subject.commonNames : undefined;
  if (seen?.length === 1 && seen[0] === outputs.client?.identity) return undefined;
  return `${name} gets in, but is not seen as ${outputs.client?.identity ?? ""}.`;
}

async function checkRefusals(
  door: Doorkeeper,
  { list, outputs, pair }: Party & { readonly pair: PemPair },
  callers: readonly Party[],
  cas: readonly Certificate[],
): Promise<void> {
  const genuine = callers.find((caller) => caller.pair && caller.leaf);
  expectRefusal(
    list,
    "refuses-wrong-host",
    `it, by a client that dials ${STRANGER},`,
    await door.attempt({
      // One that it admits, so that its own mind is not what decides.
      pair: genuine?.pair ?? pair,
      expects: { host: STRANGER, ca: cas.map(({ pem }) => pem).join("") },
    }),
    OTHER_HOST,
  );
  if (outputs.server?.clients !== "mutual-tls") return;
  expectRefusal(
    list,
    "refuses-no-certificate",
    "a client without a certificate",
    await door.attempt({}),
    NO_CERTIFICATE,
  );
  if (genuine?.leaf === undefined) return;
  expectRefusal(
    list,
    "refuses-foreign-ca",
    `a copy of the certificate of ${partyOf(genuine.name)} from an unknown CA`,
    await door.attempt({ pair: impostorOf(genuine.leaf.pem) }),
    FOREIGN_CA,
  );
}
