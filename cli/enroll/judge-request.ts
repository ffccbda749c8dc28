import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { readPublicFile } from "../../enrollment/files";
import {
  checkRequest,
  readCertificateRequest,
  type CertificateRequest,
  type Grant,
  type Violation,
  type ViolationCode,
} from "../../x509";
import { factsOfRequest, type Comparison, type RequestVerdict } from "./review";
import type { Found } from "./identify";
import type { Side } from "../../command/file-exchange";

type FoundRequest = Extract<Found, { kind: "request" }>;

/**
 * Decides on a request, as the stack that signs will.
 *
 * @param path path of the stack's configuration.
 */
export function judgeRequest(
  { side, party, file, request }: FoundRequest,
  path: string,
  project: string,
): RequestVerdict {
  const verdict: RequestVerdict = {
    kind: "request",
    system: side.system,
    party,
    origins: [file.origin],
    decision: "refused",
    reasons: [],
    warnings: [],
    facts: factsOfRequest(request),
    comparison: [],
    files: [],
  };
  const because = (...reasons: string[]): RequestVerdict => ({ ...verdict, reasons });
  if (request.subject.organizations.length !== 1)
    return because("it must name exactly one organization (O)");
  const enrolled = party === undefined ? undefined : side.parties.enrolled.get(party);
  if (enrolled === undefined) return judgeUnlisted(verdict, request, file.origin, side, path);
  const { source, terms: grant } = enrolled;
  const key = `countersign:${enrolled.sourceKey}`;
  if (!("file" in source)) {
    return because(
      `${key}.stack says that it comes from stack ${source.stack}, so a file would not be read: change that to ${key}.${side.system.words.requestKey}, or do not import it`,
    );
  }
  const { violations, notes } = checkRequest(file.text, grant);
  return {
    ...verdict,
    decision: violations.length === 0 ? "accepted" : "refused",
    reasons: violations.map(({ message }) => message),
    warnings: [...replaces(request, source.file, project), ...notes],
    source: grant.source,
    comparison: compare(request, grant, violations),
    files: [{ path: source.file, text: request.pem }],
  };
}

function judgeUnlisted(
  verdict: RequestVerdict,
  request: CertificateRequest,
  origin: string,
  { system, parties }: Side,
  path: string,
): RequestVerdict {
  const { party } = verdict;
  const { words } = system;
  if (party !== undefined && parties.members.get(party) !== undefined) {
    const reason = `it is for ${words.signer}: another stack signs for ${party}`;
    return { ...verdict, decision: "ignored", reasons: [reason] };
  }
  if (party !== undefined && parties.members.has(party)) {
    const reason = `${party} is ${words.oneParty} of this stack, whose own authority signs for it: remove it from countersign:${words.members} first if it has a stack of its own now`;
    return { ...verdict, reasons: [reason] };
  }
  const { reason, proposal } = system.unlisted(request, origin, parties, path);
  if (proposal === undefined) return { ...verdict, reasons: [reason] };
  // No configuration could grant it, so none is proposed.
  if (request.keyProblem !== undefined) {
    return { ...verdict, reasons: [`its key is unreadable: it ${request.keyProblem}`] };
  }
  return { ...verdict, reasons: [reason], proposal };
}

/** Warns of differences from the existing request. */
function replaces(request: CertificateRequest, path: string, project: string): string[] {
  const place = resolve(project, path);
  if (!existsSync(place)) return [];
  try {
    const { publicKeyFingerprint } = readCertificateRequest(readPublicFile(place), path);
    if (publicKeyFingerprint === request.publicKeyFingerprint) return [];
    return [`it is for another key than the request in ${path}, SHA-256 ${publicKeyFingerprint}`];
  } catch {
    return [`it replaces ${path}, which cannot be read`];
  }
}

const ANY_NAME = "a plain name that is not a host";

function compare(
  { subject, dnsNames, keyAlgorithm, publicKeyFingerprint, ...names }: CertificateRequest,
  grant: Grant,
  violations: readonly Violation[],
): Comparison[] {
  const row = (
    what: string,
    asked: readonly string[],
    granted: readonly string[],
    ...codes: ViolationCode[]
  ): Comparison => ({
    what,
    asked,
    granted,
    ok: !violations.some(({ code }) => codes.includes(code)),
  });
  const attributes = subject.attributes
    .filter(({ name }) => name !== "O" && name !== "CN")
    .map(({ name, value }) => `${name}=${value}`);
  const others = names.otherNames === 0 ? [] : [`${names.otherNames}`];
  const always = [
    row("organization", subject.organizations, [grant.organization], "organization"),
    row("common name", subject.commonNames, [grant.commonName ?? ANY_NAME], "common-name"),
    row("DNS names", dnsNames, grant.dnsNames ?? [], "dns-name"),
    row("key", [keyAlgorithm], grant.keyAlgorithms ?? [], "key-algorithm", "key-encoding"),
    row(
      "public key",
      [publicKeyFingerprint],
      [grant.publicKey ?? "any"],
      "key-pinned",
      "key-published",
    ),
  ];
  // Most enrollments grant none of these, so they are shown only if they are requested or granted.
  const seldom = [
    row("other subject", attributes, [], "subject"),
    row("IP addresses", names.ipAddresses, grant.ipAddresses ?? [], "ip-address"),
    row("URIs", names.uris, grant.uris ?? [], "uri"),
    row("e-mail addresses", names.emailAddresses, [], "email-address"),
    row("names of other kinds", others, [], "other-name"),
  ];
  return [...always, ...seldom.filter(({ asked, granted }) => asked.length + granted.length > 0)];
}
