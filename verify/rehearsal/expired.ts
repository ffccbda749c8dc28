import { PemError, checkChain, readCertificates, type Certificate, type Purpose } from "../../x509";
import { REPAIR } from "../check";
import { handshake, type Outcome, type PemPair } from "../tls/handshake";
import { clientAt, serverAt } from "../tls/openssl";
import { byList, certificatesOf, withDoor, type Client, type Stage } from "./parts";

const MINUTE = 60_000;
const EXPIRED = "certificate has expired";
const EXPIRED_ALERT = "_ALERT_CERTIFICATE_EXPIRED";

/** A client with its certificate. */
interface Holder {
  readonly client: Client;
  readonly pair: PemPair;
  readonly leaf: Certificate;
}

/** Results of a holder's handshakes before and after the end of its certificate. */
interface Trial extends Holder {
  readonly today: Outcome;
  readonly later: Outcome;
  readonly after: Date;
}

/**
 * Checks that an OpenSSL server refuses the clients' own certificates after their end. The server has the files of the
 * deployed one, and a later clock. With today's clock it must accept them, so that the clock is the only reason.
 */
export async function checkExpiredClients(
  stage: Stage,
  admitted: readonly Client[],
): Promise<void> {
  const trials = await tryClients(stage, admitted);
  const tried = trials.map(({ client }) => client);
  for (const [list, clients] of byList(stage.list, tried)) {
    const own = trials.filter(({ client }) => clients.includes(client));
    const times = [...new Set(own.map(({ after }) => time(after)))].join(", ");
    list.judge(
      "refuses-expired",
      own.flatMap(problemsOf),
      `${certificatesOf(clients, list === stage.list)} is accepted now, and refused after its end (${EXPIRED} at ${times})`,
      `An expired certificate would still give access. ${REPAIR.values}`,
    );
  }
}

function problemsOf({ client: { name }, today, later, after }: Trial): string[] {
  return [
    ...(today.accepted ? [] : [`OpenSSL refuses ${name} today: ${today.reason}.`]),
    ...(later.accepted ? [`${name} is accepted at ${time(after)}, after its end.`] : []),
    ...(later.accepted || later.reason.endsWith(EXPIRED_ALERT)
      ? []
      : [`at ${time(after)} ${name} is refused for another reason: ${later.reason}.`]),
  ];
}

async function tryClients(stage: Stage, admitted: readonly Client[]): Promise<Trial[]> {
  const cas = certificatesIn((stage.clientCas ?? []).join("\n"));
  const groups = byIssuer(admitted).filter(({ holders, after }) =>
    holders.every(({ leaf }) => endsBeforeCa(leaf, cas, after, "clientAuth")),
  );
  const all = groups.flatMap(({ holders }) => holders);
  if (all.length === 0) return [];
  const [today, ...later] = await Promise.all([
    tryAll(stage, stage.at, all),
    ...groups.map(({ holders, after }) => tryAll(stage, after, holders)),
  ]);
  return groups.flatMap(({ holders, after }, group) =>
    holders.flatMap((holder) => {
      const [before, end] = [today.get(holder), later[group]?.get(holder)];
      return before && end ? [{ ...holder, after, today: before, later: end }] : [];
    }),
  );
}

/** Tries all holders one after the other, as `s_server` accepts one client at a time. */
async function tryAll(
  { pair, clientCas }: Stage,
  at: Date,
  holders: readonly Holder[],
): Promise<ReadonlyMap<Holder, Outcome>> {
  const server = await serverAt(pair, clientCas?.join("\n"), at);
  try {
    const outcomes = new Map<Holder, Outcome>();
    for (const holder of holders) outcomes.set(holder, await handshake(server.port, holder));
    return outcomes;
  } finally {
    server.stop();
  }
}

/**
 * Groups holders by the CA that issued their certificates, each with a time after the end of all certificates of the
 * group. At that time, certificates of another CA might be refused because their CA has expired.
 */
function byIssuer(clients: readonly Client[]) {
  const groups = new Map<string, Holder[]>();
  for (const client of clients) {
    const { leaf, pair } = client;
    if (leaf === undefined || pair === undefined) continue;
    const issuer = `${leaf.issuer.der} ${leaf.authorityKeyId ?? ""}`;
    groups.set(issuer, [...(groups.get(issuer) ?? []), { client, leaf, pair }]);
  }
  return [...groups.values()].map((holders) => ({
    holders,
    after: afterEnd(holders.map(({ leaf }) => leaf)),
  }));
}

/** Checks that an OpenSSL client refuses the server's certificate after its end, but accepts it with today's clock. */
export async function checkExpiredServer(
  { list, pair, leaf, todo, at }: Stage,
  knowing: readonly Client[],
): Promise<void> {
  const expects = knowing.find((client) => client.expects)?.expects;
  if (leaf === undefined || expects === undefined) return;
  const after = afterEnd([leaf]);
  const cas = certificatesIn(expects.ca);
  if (cas.length === 0 || !endsBeforeCa(leaf, cas, after, "serverAuth")) return;
  // Only the certificate matters here: the server's other rules are left out.
  const entrance = { pair, clientCas: undefined };
  await withDoor({ entrance, list, todo }, async ({ port }) => {
    const [today, later] = await Promise.all([
      clientAt(expects, at, port),
      clientAt(expects, after, port),
    ]);
    list.judge(
      "refuses-expired-server",
      [
        ...(today === undefined ? [] : [`OpenSSL refuses it today: ${today}.`]),
        ...(later === undefined ? [`it is accepted at ${time(after)}, after its end.`] : []),
        ...(later === undefined || later === EXPIRED
          ? []
          : [`at ${time(after)} it is refused for another reason: ${later}.`]),
      ],
      `clients accept it now, and refuse it after its end (${EXPIRED} at ${time(after)})`,
      REPAIR.objects,
    );
  });
}

/** Reads certificates; none if they cannot be read, which is reported by the checks of trust. */
function certificatesIn(pem: string): readonly Certificate[] {
  try {
    return readCertificates(pem, "trust");
  } catch (error) {
    if (error instanceof PemError) return [];
    throw error;
  }
}

/** Whether its CA is still valid at that time. Otherwise, a refusal would not show that the certificate has expired. */
function endsBeforeCa(
  leaf: Certificate,
  cas: readonly Certificate[],
  after: Date,
  purpose: Purpose,
): boolean {
  const codes = checkChain(leaf, cas, { at: after, purpose }).map(({ code }) => code);
  return !codes.includes("ca-expired") && !codes.includes("outlives-ca");
}

function afterEnd(leaves: readonly Certificate[]): Date {
  return new Date(Math.max(...leaves.map(({ notAfter }) => notAfter.getTime())) + MINUTE);
}

function time(date: Date): string {
  return `${date.toISOString().slice(0, 16)}Z`;
}
