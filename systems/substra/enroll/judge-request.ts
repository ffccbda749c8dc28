import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { stringify } from "yaml";
import { mspIdProblem } from "../../../components/substra/msp-id";
import { FILES, readPublicFile } from "../../../enrollment/files";
import {
  checkRequest,
  isDnsName,
  readCertificateRequest,
  type CertificateRequest,
  type Grant,
  type Violation,
  type ViolationCode,
} from "../../../x509";
import { termsOf } from "../enrollments";
import { factsOfRequest, type Comparison, type RequestVerdict } from "./review";
import type { Found } from "./identify";
import type { ExchangeConfig } from "./stack-config";

type FoundRequest = Extract<Found, { kind: "request" }>;

/** Decides on a request, as the consortium's stack will. */
export function judgeRequest(
  { mspId, file, request }: FoundRequest,
  config: ExchangeConfig,
  project: string,
): RequestVerdict {
  const verdict: RequestVerdict = {
    kind: "request",
    mspId,
    origins: [file.origin],
    decision: "refused",
    reasons: [],
    warnings: [],
    facts: factsOfRequest(request),
    comparison: [],
    files: [],
  };
  const because = (...reasons: string[]): RequestVerdict => ({ ...verdict, reasons });
  if (mspId === undefined) return because("it must name exactly one organization (O)");
  const enrollment = config.enrollments.get(mspId);
  if (enrollment === undefined) return judgeUnlisted(verdict, mspId, request, config);
  const key = `countersign:enrollments.${mspId}.request`;
  if (!("file" in enrollment.request)) {
    return because(
      `${key}.stack says that it comes from stack ${enrollment.request.stack}, so a file would not be read: change that to ${key}.file, or do not import it`,
    );
  }
  const grant = termsOf(mspId, enrollment);
  const { violations, notes } = checkRequest(file.text, grant);
  return {
    ...verdict,
    decision: violations.length === 0 ? "accepted" : "refused",
    reasons: violations.map(({ message }) => message),
    warnings: [...replaces(request, enrollment.request.file, project), ...notes],
    source: grant.source,
    comparison: compare(request, grant, violations),
    files: [{ path: enrollment.request.file, text: request.pem }],
  };
}

function judgeUnlisted(
  verdict: RequestVerdict,
  mspId: string,
  request: CertificateRequest,
  { organizations, path }: ExchangeConfig,
): RequestVerdict {
  if (organizations.get(mspId) !== undefined) {
    const reason = `it is for the consortium's stack: another stack signs for ${mspId}`;
    return { ...verdict, decision: "ignored", reasons: [reason] };
  }
  if (organizations.has(mspId)) {
    const reason = `${mspId} is an organization of this stack, whose own authority signs for it: remove it from countersign:organizations first if it has a stack of its own now`;
    return { ...verdict, reasons: [reason] };
  }
  const problem = mspIdProblem(mspId);
  if (problem !== undefined) return { ...verdict, reasons: [problem] };
  // No configuration could grant it, so none is proposed.
  if (request.keyProblem !== undefined) {
    return { ...verdict, reasons: [`its key is unreadable: it ${request.keyProblem}`] };
  }
  return {
    ...verdict,
    reasons: [`${mspId} is not under countersign:enrollments in ${path}`],
    proposal: proposalFor(mspId, request),
  };
}

/** Proposes a configuration that grants what is requested, as far as it could be granted. */
function proposalFor(mspId: string, request: CertificateRequest): string {
  const { subject, dnsNames, publicKeyFingerprint } = request;
  const [commonName = ""] = subject.commonNames;
  const names = dnsNames.filter(isDnsName);
  const enrollment = {
    request: { file: `enrollments/${mspId}/${FILES.request}` },
    ...(/^[!-~]([ -~]*[!-~])?$/.test(commonName) && { commonName }),
    ...(names.length > 0 && { dnsNames: names }),
    publicKey: publicKeyFingerprint,
  };
  return stringify({ "countersign:enrollments": { [mspId]: enrollment } });
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
  // An enrollment never grants these, so they are shown only if they are requested.
  const never = [
    row("other subject", attributes, [], "subject"),
    row("IP addresses", names.ipAddresses, [], "ip-address"),
    row("URIs", names.uris, [], "uri"),
    row("e-mail addresses", names.emailAddresses, [], "email-address"),
    row("names of other kinds", others, [], "other-name"),
  ];
  return [...always, ...never.filter(({ asked }) => asked.length > 0)];
}
