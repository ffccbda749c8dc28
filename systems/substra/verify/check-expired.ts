import { createPrivateKey, randomBytes } from "node:crypto";
import type { Certificate } from "../../../x509";
import { privateDirectory } from "../../../command/private-directory";
import { handshake, type Outcome } from "../../../verify/tls/handshake";
import { clientAt, serverAt, type OpensslFiles } from "../../../verify/tls/openssl";
import { REPAIR } from "../../../verify/todo";
import { poolOf } from "./orchestrator-setup";
import { callerOf, type Host, type Party } from "./parties";

const MINUTE = 60_000;
const ALERT = "_ALERT_CERTIFICATE_EXPIRED";

/**
 * Has each organization's own certificate refused after its end by a server of OpenSSL's with the orchestrator's
 * files and a later clock, and accepted by one with today's: so it is the clock that makes the difference.
 */
export async function checkExpiryRefused(
  host: Host,
  all: readonly Party[],
  at: Date,
): Promise<void> {
  // After the end of one that outlives its CA, it would be refused for the CA's end.
  const parties = all.filter(({ list }) => list.holds("ca-life"));
  if (parties.length === 0) return;
  const cas = poolOf(host.setup);
  await withFiles(host, cas, async (files) => {
    const [today, ...later] = await Promise.all([
      tryAll(files, at, host, parties),
      ...byIssuer(parties).map(async (members) => {
        const after = afterEnd(members.map(({ leaf }) => leaf));
        return { after, outcomes: await tryAll(files, after, host, members) };
      }),
    ]);
    for (const { after, outcomes } of later) {
      for (const [party, outcome] of outcomes) judge(party, after, today.get(party), outcome);
    }
  });
}

/** Has the server's certificate refused after its end by a client of OpenSSL's that is like the pod's probe. */
export async function checkServerExpiryRefused(host: Host, port: number, at: Date): Promise<void> {
  const { leaf, setup, probes, list } = host;
  const name = probes[0] ?? leaf.dnsNames[0] ?? "";
  const after = afterEnd([leaf]);
  await withFiles(host, setup.serverCa.certificates, async (files) => {
    const [today, later] = await Promise.all([
      clientAt(files, at, port, name),
      clientAt(files, after, port, name),
    ]);
    const problems: string[] = [];
    if (today !== undefined) problems.push(`OpenSSL refuses the server today: ${today}.`);
    if (later !== "certificate has expired")
      problems.push(`at ${time(after)} the server is ${later ?? "still accepted"}.`);
    list.judge(
      "refuses-expired-server",
      problems,
      `clients will refuse the server after its certificate's end (certificate has expired at ${time(after)})`,
      REPAIR.objects,
    );
  });
}

function judge({ list }: Party, after: Date, today: Outcome | undefined, later: Outcome): void {
  const problems: string[] = [];
  if (today?.accepted === false) problems.push(`OpenSSL refuses it today: ${today.reason}.`);
  if (later.accepted) problems.push(`it is accepted at ${time(after)}, after its end.`);
  else if (!later.reason.endsWith(ALERT))
    problems.push(`at ${time(after)} it is refused for another reason: ${later.reason}.`);
  list.judge(
    "refuses-expired",
    problems,
    `it is accepted now, and refused after its end (certificate has expired at ${time(after)})`,
    `Its access would never end. ${REPAIR.values}`,
  );
}

/** One after the other, as s_server takes them. */
async function tryAll(
  files: OpensslFiles,
  at: Date,
  { setup }: Host,
  parties: readonly Party[],
): Promise<Map<Party, Outcome>> {
  const outcomes = new Map<Party, Outcome>();
  const server = await serverAt(files, at, setup.mutualTls);
  try {
    for (const party of parties) {
      outcomes.set(party, await handshake(server.port, { pair: callerOf(party).pair }));
    }
  } finally {
    server.stop();
  }
  return outcomes;
}

/** One CA's certificates at one time: those of another may be refused because that CA has come to its end by then. */
function byIssuer(parties: readonly Party[]): readonly (readonly Party[])[] {
  const groups = new Map<string, Party[]>();
  for (const party of parties) {
    const issuer = `${party.leaf.issuer.der} ${party.leaf.authorityKeyId ?? ""}`;
    groups.set(issuer, [...(groups.get(issuer) ?? []), party]);
  }
  return [...groups.values()];
}

function afterEnd(leaves: readonly Certificate[]): Date {
  return new Date(Math.max(...leaves.map(({ notAfter }) => notAfter.getTime())) + MINUTE);
}

function time(date: Date): string {
  return `${date.toISOString().slice(0, 16)}Z`;
}

async function withFiles<T>(
  { setup }: Host,
  cas: readonly Certificate[],
  action: (files: OpensslFiles) => Promise<T>,
): Promise<T> {
  const directory = privateDirectory();
  const passphrase = randomBytes(24).toString("base64url");
  try {
    return await action({
      certificate: directory.write("tls.crt", setup.certificate.text),
      key: directory.write("tls.key", encrypted(setup.key.text, passphrase)),
      passphrase,
      cas: directory.write("cas.crt", cas.map(({ pem }) => pem).join("")),
    });
  } finally {
    directory.remove();
  }
}

function encrypted(key: string, passphrase: string): string {
  const how = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase } as const;
  return createPrivateKey(key).export(how).toString();
}
