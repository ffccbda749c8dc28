import { generateKeyPairSync, sign } from "node:crypto";
import { AsnConvert } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier, Certificate, SubjectPublicKeyInfo } from "@peculiar/asn1-x509";
import { REPAIR, type CheckCode, type Checklist } from "../check";
import type { Doorkeeper } from "../tls/entrance";
import type { Outcome, PemPair } from "../tls/handshake";
import {
  attemptOf,
  byList,
  certificatesOf,
  namesOf,
  withDoor,
  type Client,
  type Stage,
} from "./parts";
import { checkExpiredClients, checkExpiredServer } from "./expired";
import { readPem, toPem } from "../../x509";

const ECDSA_SHA256 = "1.2.840.10045.4.3.2";

/**
 * Creates the best forgery that a stranger can make: a copy of the genuine certificate, including the issuer's name
 * and key identifiers, but for the stranger's own key and signed by the stranger's own CA.
 */
export function impostorOf(certificatePem: string): PemPair {
  const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ca = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const certificate = AsnConvert.parse(
    readPem(certificatePem, "CERTIFICATE", "the certificate").der,
    Certificate,
  );
  const content = certificate.tbsCertificate;
  const algorithm = new AlgorithmIdentifier({ algorithm: ECDSA_SHA256 });
  content.signature = algorithm;
  content.subjectPublicKeyInfo = AsnConvert.parse(
    own.publicKey.export({ type: "spki", format: "der" }),
    SubjectPublicKeyInfo,
  );
  delete certificate.tbsCertificateRaw; // otherwise the library would write the genuine content
  certificate.signatureAlgorithm = algorithm;
  const signature = sign("sha256", Buffer.from(AsnConvert.serialize(content)), ca.privateKey);
  certificate.signatureValue = Uint8Array.from(signature).buffer;
  return {
    certificate: toPem("CERTIFICATE", new Uint8Array(AsnConvert.serialize(certificate))),
    key: own.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** A host name that no server can have (RFC 2606). */
const STRANGER = "stranger.invalid";

/** Reasons why a server refuses a client without a certificate. */
const NO_CERTIFICATE = ["ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE"];

/** Reasons why a client refuses a server whose certificate is for other names. */
const OTHER_HOST = ["ERR_TLS_CERT_ALTNAME_INVALID"];

/** Reasons why OpenSSL refuses a certificate that no trusted CA signed, depending on the CA's name. */
const FOREIGN_CA = [
  "CERT_SIGNATURE_FAILURE",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "SELF_SIGNED_CERT_IN_CHAIN",
];

/**
 * Tries everything that must be refused: clients by the server, and the server by clients.
 *
 * @param admitted clients that were accepted. Refusing one that is never accepted would prove nothing.
 */
export async function checkRefusals(
  door: Doorkeeper,
  stage: Stage,
  admitted: readonly Client[],
  self?: Client,
): Promise<void> {
  const named = admitted.filter(({ list }) => list === undefined);
  const knowing = named.length > 0 ? named : await thatKnows(door, self);
  await checkNoCertificate(door, stage);
  await checkWrongHost(door, stage, knowing);
  if (stage.asks !== "nothing") {
    await checkForeignClients(door, stage, admitted.length > 0 || !self ? admitted : [self]);
    await checkExpiredClients(stage, admitted);
  }
  await checkForeignServer(stage, knowing);
  await checkExpiredServer(stage, knowing);
}

/** Returns the given client if it accepts the server, whether or not the server accepts it. */
async function thatKnows(door: Doorkeeper, self: Client | undefined): Promise<readonly Client[]> {
  if (self === undefined) return [];
  const outcome = await door.attempt(attemptOf(self));
  return outcome.accepted || outcome.by === "server" ? [self] : [];
}

async function checkNoCertificate(door: Doorkeeper, { asks, speaks, list }: Stage): Promise<void> {
  if (asks === "nothing") return;
  const outcome = await door.attempt({ ...(speaks && { speaks }) });
  const whom = "a client without a certificate";
  if (asks === "required") {
    const refused = { good: `${whom} is refused`, bad: `${whom} is accepted` };
    expectRefusals(list, "refuses-no-certificate", refused, [outcome], NO_CERTIFICATE);
  } else {
    const problems = outcome.accepted ? [] : [`${whom} is refused: ${outcome.reason}.`];
    list.judge("accepts-no-certificate", problems, `${whom} is accepted`, REPAIR.objects);
  }
}

async function checkWrongHost(
  door: Doorkeeper,
  { list }: Stage,
  knowing: readonly Client[],
): Promise<void> {
  const clients = knowing.filter(({ comparesNoHost }) => comparesNoHost !== true);
  if (clients.length === 0) return;
  const outcomes = await inTurn(clients, ({ expects, ...client }) => {
    const host = expects?.host === undefined ? undefined : STRANGER;
    return door.attempt(
      attemptOf({ ...client, ...(expects && { expects: { ...expects, host } }) }),
    );
  });
  const words = byClients(clients, `it as ${STRANGER}`);
  expectRefusals(list, "refuses-wrong-host", words, outcomes, OTHER_HOST);
}

async function checkForeignClients(
  door: Doorkeeper,
  { list: own, speaks }: Stage,
  clients: readonly Client[],
): Promise<void> {
  for (const [list, group] of byList(own, clients)) {
    const copied = group.filter(({ leaf }) => leaf);
    if (copied.length === 0) continue;
    const outcomes = await inTurn(copied, ({ leaf }) =>
      door.attempt({ ...(leaf && { pair: impostorOf(leaf.pem) }), ...(speaks && { speaks }) }),
    );
    const whom = `a copy of ${certificatesOf(copied, list === own)} from an unknown CA`;
    const words = { good: `${whom} is refused`, bad: `${whom} is accepted` };
    expectRefusals(list, "refuses-foreign-ca", words, outcomes, FOREIGN_CA);
  }
}

/** Tries a server with a copied certificate. Versions and ciphers are ignored, because its key is of another kind. */
async function checkForeignServer(
  { list, leaf, todo }: Stage,
  knowing: readonly Client[],
): Promise<void> {
  if (leaf === undefined || knowing.length === 0) return;
  const entrance = { pair: impostorOf(leaf.pem), clientCas: undefined };
  await withDoor({ entrance, list, todo }, async (door) => {
    const outcomes = await inTurn(knowing, ({ expects }) =>
      door.attempt({ ...(expects && { expects }) }),
    );
    const words = byClients(knowing, "a copy of its certificate from an unknown CA");
    expectRefusals(list, "refuses-foreign-server", words, outcomes, FOREIGN_CA);
  });
}

/** Makes attempts one after the other, because a doorkeeper reports on one attempt at a time. */
async function inTurn<T>(
  clients: readonly Client[],
  attempt: (client: Client) => Promise<T>,
): Promise<T[]> {
  const outcomes: T[] = [];
  for (const client of clients) outcomes.push(await attempt(client));
  return outcomes;
}

/** Messages about clients that must refuse a server. */
function byClients(clients: readonly Client[], what: string) {
  const names = namesOf(clients);
  const one = new Set(clients.map(({ name }) => name)).size === 1;
  return {
    good: `${names} ${one ? "refuses" : "refuse"} ${what}`,
    bad: `${names} ${one ? "accepts" : "accept"} ${what}`,
  };
}

/** Messages about a refusal that happens, and about one that does not. */
interface Words {
  readonly good: string;
  readonly bad: string;
}

/** Adds a check that all attempts are refused, each for one of the right reasons. */
function expectRefusals(
  list: Checklist,
  code: CheckCode,
  { good, bad }: Words,
  outcomes: readonly Outcome[],
  reasons: readonly string[],
): void {
  const todo = `Like this, mutual TLS protects nothing. ${REPAIR.values}`;
  const found = outcomes.flatMap((outcome) => (outcome.accepted ? [] : [outcome]));
  const untried = found.find(({ by }) => by === "nobody");
  const other = found.find(({ reason }) => !reasons.includes(reason));
  if (found.length < outcomes.length) list.fail(code, `${bad}.`, todo);
  else if (untried) list.fail(code, `a client cannot start: ${untried.reason}.`, REPAIR.objects);
  else if (other) list.fail(code, `${good}, but for another reason: ${other.reason}.`, todo);
  else list.pass(code, `${good} (${[...new Set(found.map(({ reason }) => reason))].join(", ")})`);
}
