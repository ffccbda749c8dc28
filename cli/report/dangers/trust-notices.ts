import type { Notice } from "../model";
import type { Plan } from "../plan";
import { checksCallers, speaksTls } from "../trust/modes";
import type { Party } from "../trust/parties";
import { admits, trustOf } from "../trust/trust";
import { capitalized, grouped, listed } from "../words";

/** A question that decides whether a connection holds, and that only another stack can answer. */
interface Question {
  readonly client: string;
  readonly server: string;
  readonly kind: "trust" | "deployed";
  /** The CA that it is about, as in a sentence. */
  readonly ca: string;
}

/**
 * Notices on what is not known here about parties that other stacks deploy, if this change depends on it: whether they
 * trust the generation that begins to sign, and whether they still use certificates of one that is dropped.
 */
export function trustNotices(plan: Plan): Notice[] {
  const { parties } = trustOf(plan);
  const questions = [...parties.values()].flatMap((client) =>
    (client.after?.dials ?? []).flatMap((name) => {
      const server = parties.get(name);
      return server ? questionsOf(client, server) : [];
    }),
  );
  return grouped(questions, ({ kind, server, ca }) => JSON.stringify([kind, server, ca]))
    .map((group) => ({ severity: "warning" as const, text: capitalized(textOf(group)) }))
    .sort((one, other) => (one.text < other.text ? -1 : 1));
}

function questionsOf(client: Party, server: Party): Question[] {
  const pair = { client: client.party, server: server.party };
  const [was, is] = [client.before, client.after];
  if (!was || !is?.elsewhere || !server.before || !server.after) return [];
  if (!admits(server.after, client.party)) return [];
  const [old, next] = [server.before.presents?.issuer, server.after.presents?.issuer];
  const begins = next !== undefined && old?.anchor !== next.anchor;
  const kept = new Set(server.after.trusts?.map(({ anchor }) => anchor));
  const held = was.presents?.issuer?.anchor;
  // If it uses the generation of its last certificate, that is reported as a danger.
  const dropped = (server.before.trusts ?? []).filter(
    ({ anchor }) => !kept.has(anchor) && anchor !== held,
  );
  return [
    ...(begins && speaksTls(server.after) && is.trusts === undefined
      ? [{ ...pair, kind: "trust" as const, ca: next.label }]
      : []),
    ...(checksCallers(server.after) ? dropped : []).map(({ label }) => ({
      ...pair,
      kind: "deployed" as const,
      ca: label,
    })),
  ];
}

function textOf(questions: readonly [Question, ...Question[]]): string {
  const [{ kind, server, ca }] = questions;
  const clients = listed(questions.map(({ client }) => client));
  const many = questions.length > 1;
  return kind === "trust"
    ? `it is not known here whether ${clients} ${many ? "trust" : "trusts"} ${ca}, which will issue the certificate of ${server}: ${many ? "those that do not" : "if it does not, it"} can no longer connect`
    : `it is not known here whether ${clients} still ${many ? "use certificates" : "uses a certificate"} issued by ${ca}, which ${server} will refuse`;
}
