import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { CannotCheck, messageOf } from "../../command/failure";
import type { FileExchange, MemberParty, Side } from "../../command/file-exchange";
import {
  checkAdmission,
  decideSetbacks,
  unknownGeneration,
  type SetbackDecision,
} from "../../enrollment/admission";
import {
  admissionInFiles,
  digestOfAdmission,
  type AdmissionFiles,
  type FileText,
} from "../../enrollment/admission-files";
import { requestOf, type Admission } from "../../enrollment/documents";
import {
  FILES,
  admissionInDirectory,
  filesOfAdmission,
  readPublicFile,
} from "../../enrollment/files";
import { setbacksOf } from "../../enrollment/setbacks";
import type { SortedGenerations, TrustPolicy } from "../../enrollment/trust";
import { readCertificate, readCertificateRequest, readCertificates } from "../../x509";
import type { Found } from "./identify";
import { factsOfAdmission, type AdmissionVerdict, type TrustStatus } from "./review";
import type { ExchangeConfig } from "./stack-config";

type FoundAdmission = Extract<Found, { kind: "admission" }>;

export interface Circumstances {
  readonly config: ExchangeConfig;
  /** The project's folder. */
  readonly project: string;
  readonly at: Date;
  /** Outputs of the party's own stack, if its request is not in a file. */
  readonly outputs?: OwnOutputs;
}

/** Decides on a certificate and the files that came with it, as the party's stack will. */
export function judgeAdmission(
  { side, party, files }: FoundAdmission,
  circumstances: Circumstances,
): AdmissionVerdict {
  const { config, at, project } = circumstances;
  const { system, parties } = side;
  const { form } = system;
  const origins = [files.certificate, files.trust, files.document].flatMap(
    (file) => file?.origin ?? [],
  );
  const verdict: AdmissionVerdict = {
    kind: "admission",
    system,
    party,
    origins,
    decision: "refused",
    reasons: [],
    warnings: [],
    trust: {},
    files: [],
  };
  const because = (reason: string): AdmissionVerdict => ({ ...verdict, reasons: [reason] });
  const member = parties.members.get(party);
  if (member === undefined) {
    if ([...parties.enrolled.values()].some(({ admittedAs }) => admittedAs === party)) {
      const reason = `it is for the ${system.words.party}'s own stack: this stack signs for ${party}`;
      return { ...verdict, decision: "ignored", reasons: [reason] };
    }
    return because(notSignedElsewhere(party, side, config));
  }
  const { source, applicant, trust } = member;
  const key = `countersign:${member.sourceKey}`;
  if (!("directory" in source)) {
    return because(
      `${key}.stack says that it comes from stack ${source.stack}, so files would not be read: change that to ${key}.directory, or do not import them`,
    );
  }
  const { directory } = source;
  const missing = missingFiles(files, system);
  if (missing.length > 0) {
    return because(`${missing.join(" and ")} of ${party} is missing: take all files of one export`);
  }
  try {
    const received = admissionInFiles(files as AdmissionFiles<FileText>, party, form);
    if (received.kind === "missing") return because(received.reason);
    const admission = received.value;
    const firstUse = trustedBefore([directory, ...member.trustsWith], project);
    const checked = checkAdmission(admission, { ...applicant, trust, firstUse }, at);
    const own = compareKey(admission, party, system, directory, project, circumstances.outputs);
    const before = takenBefore(resolve(project, directory), party, system);
    const back = judgeSetbacks(admission, member, before, firstUse, at, system);
    const problems = [...checked.problems, ...own.problems, ...back.problems];
    return {
      ...verdict,
      decision: problems.length === 0 ? "accepted" : "refused",
      reasons: problems,
      warnings: [
        ...own.warnings,
        ...back.warnings,
        ...(problems.length === 0
          ? checked.unknown.map((each) => unknownGeneration(each, applicant, form.signer))
          : []),
      ],
      ...(checked.unknown.length > 0 && {
        proposal: proposalToTrust(applicant.trustKey, checked, trust),
      }),
      facts: factsOfAdmission(admission, system),
      trust: statuses(checked, trust),
      files: Object.entries(filesOfAdmission(admission, form)).map(([file, text]) => ({
        path: join(directory, file),
        text,
      })),
    };
  } catch (error) {
    if (error instanceof CannotCheck) throw error;
    return because(messageOf(error));
  }
}

/** Compares an admission with the one imported before, which the stack has deployed as far as files can tell. */
function judgeSetbacks(
  admission: Admission,
  member: MemberParty,
  before: Admission | undefined,
  firstUse: readonly string[] | undefined,
  at: Date,
  { form }: FileExchange,
): SetbackDecision {
  if (before === undefined) return { problems: [], warnings: [] };
  const { applicant, trust, accept } = member;
  const furtherSetbacks = (now: Admission, then: Admission) => member.furtherSetbacks(now, then);
  const inUse = { admission: before, trust, firstUse, retired: [], furtherSetbacks };
  const digest = digestOfAdmission(admission, form);
  return decideSetbacks(applicant, setbacksOf(admission, inUse, at), digest, accept);
}

/** Reads the admission imported before; undefined also if it cannot be read, because it is about to be replaced. */
function takenBefore(
  directory: string,
  party: string,
  { form }: FileExchange,
): Admission | undefined {
  try {
    const before = admissionInDirectory(directory, party, form);
    return before.kind === "here" ? before.value : undefined;
  } catch {
    return undefined;
  }
}

function notSignedElsewhere(
  party: string,
  { system: { words }, parties }: Side,
  { path }: ExchangeConfig,
): string {
  return parties.members.has(party)
    ? `this stack's own authority signs for ${party}; set countersign:${words.members}.${party.slice(words.prefix.length)}.signedBy if another stack should sign`
    : `${party} is not under countersign:${words.members} in ${path}`;
}

function missingFiles(files: FoundAdmission["files"], { form }: FileExchange): string[] {
  const names = { ...FILES, document: form.documentFile };
  return (["certificate", "trust", "document"] as const)
    .filter((file) => files[file] === undefined)
    .map((file) => names[file]);
}

/**
 * Returns fingerprints of the CAs that were imported before, which is when CAs are trusted at first use. The stack's
 * state is authoritative on that.
 *
 * @param directories the first one that has CAs counts.
 */
function trustedBefore(
  directories: readonly string[],
  project: string,
): readonly string[] | undefined {
  const path = directories
    .map((directory) => join(resolve(project, directory), FILES.trust))
    .find((each) => existsSync(each));
  if (path === undefined) return undefined;
  return readCertificates(readPublicFile(path), path).map(({ fingerprint }) => fingerprint);
}

/** Returns the status of each CA in `signedBy.trust`. */
function statuses(
  { trusted, unknown }: SortedGenerations,
  { fingerprints }: TrustPolicy,
): Record<string, TrustStatus> {
  return Object.fromEntries([
    ...trusted.map(({ name, certificate: { fingerprint } }): [string, TrustStatus] => [
      name,
      fingerprints.includes(fingerprint) ? "pinned" : "first-use",
    ]),
    ...unknown.map(({ name }): [string, TrustStatus] => [name, "not-pinned"]),
  ]);
}

/** Proposes a list of trusted CAs with those that are not pinned yet. */
function proposalToTrust(
  trustKey: string,
  { unknown }: SortedGenerations,
  { fingerprints, firstUse }: TrustPolicy,
): string {
  const entries = [
    ...fingerprints,
    ...(firstUse ? ["first-use"] : []),
    ...unknown.map(
      ({ name, certificate }) => `${certificate.fingerprint} # ${name}, once you have compared it`,
    ),
  ];
  const keys = trustKey.split(".");
  const indent = (depth: number) => "  ".repeat(depth);
  return [
    ...keys.map((key, depth) => `${indent(depth)}${depth === 0 ? "countersign:" : ""}${key}:`),
    ...entries.map((entry) => `${indent(keys.length)}- ${entry}`),
    "",
  ].join("\n");
}

/** Outputs of the party's own stack. */
interface OwnOutputs {
  readonly origin: string;
  readonly content: unknown;
}

/** Compares the certificate with the request that it should answer. */
function compareKey(
  { certificate }: Pick<Admission, "certificate">,
  party: string,
  system: FileExchange,
  directory: string,
  project: string,
  outputs: OwnOutputs | undefined,
): { readonly problems: readonly string[]; readonly warnings: readonly string[] } {
  const { publicKeyFingerprint: key } = readCertificate(certificate);
  const asked = ownRequest(party, system, directory, project, outputs);
  if (asked === undefined) {
    const path = join(directory, FILES.request);
    return {
      problems: [],
      warnings: [
        `the key was not compared: there is no ${path}; give --outputs FILE (\`pulumi stack output --json\`), or let \`pulumi up\` compare it`,
      ],
    };
  }
  if (asked.key === key) return { problems: [], warnings: [] };
  const place = resolve(project, directory, FILES.certificate);
  if (existsSync(place) && readCertificate(readPublicFile(place)).publicKeyFingerprint === key) {
    const warning = `it is for the key of the certificate that is in use, not for that of ${asked.origin}`;
    return { problems: [], warnings: [warning] };
  }
  const problem = `it is for the key ${key}, but ${asked.origin} is for ${asked.key}: it answers another request`;
  return { problems: [problem], warnings: [] };
}

function ownRequest(
  party: string,
  { form, words: { prefix } }: FileExchange,
  directory: string,
  project: string,
  outputs: OwnOutputs | undefined,
): { readonly origin: string; readonly key: string } | undefined {
  if (outputs !== undefined) {
    const { origin } = outputs;
    const content = (outputs.content as Readonly<Record<string, unknown>> | null)?.[
      form.requestsOutput
    ];
    const received = requestOf(content, party, origin, form, party.slice(prefix.length));
    if (received.kind === "missing") throw new CannotCheck(received.reason);
    const what = `the request of ${party} from ${origin}`;
    const { publicKeyFingerprint } = readCertificateRequest(received.value.request, what);
    return { origin: what, key: publicKeyFingerprint };
  }
  const path = join(directory, FILES.request);
  const place = resolve(project, path);
  if (!existsSync(place)) return undefined;
  const { publicKeyFingerprint } = readCertificateRequest(readPublicFile(place), path);
  return { origin: path, key: publicKeyFingerprint };
}
