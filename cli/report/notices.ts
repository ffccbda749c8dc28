import { isDeepStrictEqual } from "node:util";
import { count } from "../../verify/print";
import { certificateIn } from "./certificates/content";
import type { Notice } from "./model";
import { providerVersion, type PlannedResource } from "./plan";
import { dependencyOf, type IndexedPlan } from "./plan-index";
import { admits, checksCallers, speaksTls, trustOf, type Party } from "./trust/trust";
import { MODES, byStep, isStepBack, meaningOf, serverChanges } from "./trust/server-changes";
import { isSecret, isUnknown } from "./value";
import { capitalized, grouped, listed, shortOf } from "./words";

/** All notices of a plan; those that concern everything come first. */
export function noticesOf(plan: IndexedPlan): Notice[] {
  const upgrade = providerNotice(plan);
  const said = plan.messages.map(({ severity, text }): Notice => ({
    severity: severity === "warning" ? "warning" : "info",
    text,
  }));
  return [
    ...(upgrade ? [upgrade] : []),
    ...serverNotices(plan),
    ...trustNotices(plan),
    ...chainNotices(plan),
    ...said,
  ];
}

const AUTHORITY = "tls:index/selfSignedCert:SelfSignedCert";
const LEAF = "tls:index/locallySignedCert:LocallySignedCert";

/**
 * Notice on an upgrade of the provider that creates keys and certificates; undefined if its version stays the same.
 *
 * An upgrade once replaced every existing certificate (pulumi/pulumi-tls#173).
 */
export function providerNotice(plan: IndexedPlan): Notice | undefined {
  const changed = plan.resources.filter(hasOtherProvider);
  const [first] = changed;
  if (first === undefined) return undefined;
  const isByProvider = judge(plan);
  const replaced = changed.filter(isByProvider);
  const authorities = replaced.filter(({ type }) => type === AUTHORITY).length;
  const certificates = authorities + replaced.filter(({ type }) => type === LEAF).length;
  const upgrade = `the upgrade of provider tls ${providerVersion(first.before?.provider)} -> ${providerVersion(first.after?.provider)}`;
  if (certificates === 0) {
    return { severity: "info", text: `${upgrade} re-issues no certificate` };
  }
  const some = authorities === 1 ? "1 of them a CA" : `${authorities} of them CAs`;
  return {
    severity: "warning",
    text: `${upgrade} would re-issue ${count(certificates, "certificate")} (${some})`,
  };
}

function hasOtherProvider({ type, before, after }: PlannedResource): boolean {
  if (!type.startsWith("tls:")) return false;
  const [was, is] = [before?.provider, after?.provider];
  return was !== undefined && is !== undefined && was !== is;
}

/** Returns a function that says whether a resource is replaced only because of its provider. */
function judge(plan: IndexedPlan): (resource: PlannedResource) => boolean {
  const judged = new Map<string, boolean>();

  function isByProvider(resource: PlannedResource): boolean {
    const known = judged.get(resource.urn);
    if (known !== undefined) return known;
    const verdict =
      resource.operation === "replace" &&
      hasOtherProvider(resource) &&
      resource.reasons.every((reason) => isProvidersOwn(resource, reason));
    judged.set(resource.urn, verdict);
    return verdict;
  }

  function isProvidersOwn(resource: PlannedResource, reason: string): boolean {
    const { before, after } = resource;
    // Renewals are due with every version.
    if (reason === "readyForRenewal") return false;
    const input = reason.split(/[.[]/, 1)[0] ?? reason;
    const origins = originsOf(resource, input);
    const causes = origins
      .flatMap((urn) => plan.byUrn.get(urn) ?? [])
      .filter(({ operation }) => operation !== "same");
    if (causes.length > 0) return causes.every(isByProvider);
    const [was, is] = [before?.inputs[input], after?.inputs[input]];
    const isHidden = isUnknown(is) || isSecret(is);
    return isHidden ? origins.length > 0 : isDeepStrictEqual(was, is);
  }

  /** URNs that an input comes from. The CA's key is recorded with the CA's certificate only. */
  function originsOf(resource: PlannedResource, input: string): readonly string[] {
    const own = resource.after?.dependencies[input] ?? [];
    if (input !== "caPrivateKeyPem" || own.length > 0) return own;
    const authority = dependencyOf(plan, resource, "after", "caCertPem", "SelfSignedCert");
    return authority?.after?.dependencies.privateKeyPem ?? [];
  }

  return isByProvider;
}

/**
 * Notices on servers that protect their callers less than before. That calls fail while servers and callers switch
 * between TLS and no TLS is reported with the change itself, and the program that makes such a step warns about it.
 */
export function serverNotices(plan: IndexedPlan): Notice[] {
  return byStep(serverChanges(plan).filter(isStepBack)).map((group) => {
    const [{ before, after }] = group;
    const servers = listed(group.map(({ party }) => party));
    const goes = group.length > 1 ? "go" : "goes";
    const step = `${servers} ${goes} back from ${MODES[before]} to ${MODES[after]}`;
    return { severity: "warning", text: capitalized(`${step}: ${meaningOf(group[0])}`) };
  });
}

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
export function trustNotices(plan: IndexedPlan): Notice[] {
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

/**
 * Notices on generations that have other CAs above them than before. Whoever trusts only the root is affected, although
 * no certificate of this stack changes. Other parts of the report show generations that are added or removed.
 */
export function chainNotices(plan: IndexedPlan): Notice[] {
  return [...plan.stated.values()].flatMap(({ before, after }) => {
    const [was, is] = [before?.authority?.generations ?? {}, after?.authority?.generations ?? {}];
    return Object.keys(is)
      .sort()
      .flatMap((name) =>
        name in was ? chainNoticeOf(name, was[name]?.above, is[name]?.above) : [],
      );
  });
}

function chainNoticeOf(
  generation: string,
  was: readonly string[] = [],
  is: readonly string[] = [],
): Notice[] {
  const gone = was.filter((pem) => !is.includes(pem)).map(nameOf);
  const added = is.filter((pem) => !was.includes(pem)).map(nameOf);
  if (gone.length + added.length === 0) return [];
  const what = `CA generation ${generation} is from now on distributed`;
  if (gone.length === 0)
    return [{ severity: "info", text: `${what} with the CAs above it: ${listed(added)}` }];
  const instead = added.length > 0 ? `, and with ${listed(added)} instead` : "";
  return [
    {
      severity: "warning",
      text: `${what} without ${listed(gone)}${instead}: programs outside this stack that trust only what is left out will refuse its certificates`,
    },
  ];
}

function nameOf(pem: string): string {
  const certificate = certificateIn(pem);
  return certificate
    ? `${certificate.subject.text} (SHA-256 ${shortOf(certificate.fingerprint)})`
    : "a CA that cannot be read";
}
