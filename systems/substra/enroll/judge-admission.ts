import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { CannotCheck, messageOf } from "../../../command/failure";
import {
  checkAdmission,
  decideSetbacks,
  unknownGeneration,
  type SetbackDecision,
} from "../../../enrollment/admission";
import {
  admissionInFiles,
  digestOfAdmission,
  type AdmissionFiles,
  type FileText,
} from "../../../enrollment/admission-files";
import {
  FILES,
  admissionInDirectory,
  filesOfAdmission,
  readPublicFile,
} from "../../../enrollment/files";
import { setbacksOf } from "../../../enrollment/setbacks";
import type { SortedGenerations, TrustPolicy } from "../../../enrollment/trust";
import { readCertificates } from "../../../x509";
import { ADMISSION_FORM, expectedOf, type SubstraAdmission } from "../admission";
import type { Found } from "./identify";
import { compareKey, type OwnOutputs } from "./own-key";
import { factsOfAdmission, type AdmissionVerdict, type TrustStatus } from "./review";
import type { ExchangeConfig, Signer } from "./stack-config";

type FoundAdmission = Extract<Found, { kind: "admission" }>;

export interface Circumstances {
  readonly config: ExchangeConfig;
  /** The project's folder. */
  readonly project: string;
  readonly at: Date;
  /** Outputs of the organization's own stack, if its request is not in a file. */
  readonly outputs?: OwnOutputs;
}

/** Decides on a certificate and the files that came with it, as the organization's stack will. */
export function judgeAdmission(
  { mspId, files }: FoundAdmission,
  circumstances: Circumstances,
): AdmissionVerdict {
  const { config, at, project } = circumstances;
  const origins = [files.certificate, files.trust, files.document].flatMap(
    (file) => file?.origin ?? [],
  );
  const verdict: AdmissionVerdict = {
    kind: "admission",
    mspId,
    origins,
    decision: "refused",
    reasons: [],
    warnings: [],
    trust: {},
    files: [],
  };
  const because = (reason: string): AdmissionVerdict => ({ ...verdict, reasons: [reason] });
  const signer = config.organizations.get(mspId);
  if (signer === undefined) {
    if (config.enrollments.has(mspId)) {
      const reason = `it is for the organization's own stack: this stack signs for ${mspId}`;
      return { ...verdict, decision: "ignored", reasons: [reason] };
    }
    return because(notSignedElsewhere(mspId, config));
  }
  const key = `countersign:organizations.${mspId}.signedBy`;
  if (!("directory" in signer.source)) {
    return because(
      `${key}.stack says that it comes from stack ${signer.source.stack}, so files would not be read: change that to ${key}.directory, or do not import them`,
    );
  }
  const { directory } = signer.source;
  const missing = missingFiles(files);
  if (missing.length > 0) {
    return because(`${missing.join(" and ")} of ${mspId} is missing: take all files of one export`);
  }
  try {
    const received = admissionInFiles(files as AdmissionFiles<FileText>, mspId, ADMISSION_FORM);
    if (received.kind === "missing") return because(received.reason);
    const admission = received.value;
    const checked = checkAdmission(
      admission,
      {
        ...expectedOf(mspId),
        trust: signer.trust,
        firstUse: trustedBefore(resolve(project, directory)),
      },
      at,
    );
    const own = compareKey(admission, directory, project, circumstances.outputs);
    const back = judgeSetbacks(admission, signer, circumstances);
    const problems = [...checked.problems, ...own.problems, ...back.problems];
    return {
      ...verdict,
      decision: problems.length === 0 ? "accepted" : "refused",
      reasons: problems,
      warnings: [
        ...own.warnings,
        ...back.warnings,
        ...(problems.length === 0
          ? checked.unknown.map((each) =>
              unknownGeneration(each, expectedOf(mspId), "the consortium"),
            )
          : []),
      ],
      ...(checked.unknown.length > 0 && {
        proposal: proposalToTrust(mspId, checked, signer.trust),
      }),
      facts: factsOfAdmission(admission),
      trust: statuses(checked, signer.trust),
      files: Object.entries(filesOfAdmission(admission, ADMISSION_FORM)).map(([file, text]) => ({
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
  admission: SubstraAdmission,
  signer: NonNullable<Signer>,
  { project, at }: Circumstances,
): SetbackDecision {
  const { source, trust, accept, furtherSetbacks } = signer;
  const directory = "directory" in source ? resolve(project, source.directory) : undefined;
  const before = directory === undefined ? undefined : takenBefore(directory, admission.mspId);
  if (before === undefined) return { problems: [], warnings: [] };
  const firstUse = directory === undefined ? undefined : trustedBefore(directory);
  const inUse = { admission: before, trust, firstUse, retired: [], furtherSetbacks };
  const digest = digestOfAdmission(admission, ADMISSION_FORM);
  return decideSetbacks(
    expectedOf(admission.mspId),
    setbacksOf(admission, inUse, at),
    digest,
    accept,
  );
}

/** Reads the admission imported before; undefined also if it cannot be read, because it is about to be replaced. */
function takenBefore(directory: string, mspId: string): SubstraAdmission | undefined {
  try {
    const before = admissionInDirectory(directory, mspId, ADMISSION_FORM);
    return before.kind === "here" ? before.value : undefined;
  } catch {
    return undefined;
  }
}

function notSignedElsewhere(mspId: string, { organizations, path }: ExchangeConfig): string {
  return organizations.has(mspId)
    ? `this stack's own authority signs for ${mspId}; set countersign:organizations.${mspId}.signedBy if another stack should sign`
    : `${mspId} is not under countersign:organizations in ${path}`;
}

function missingFiles(files: FoundAdmission["files"]): string[] {
  const names = { ...FILES, document: ADMISSION_FORM.documentFile };
  return (["certificate", "trust", "document"] as const)
    .filter((file) => files[file] === undefined)
    .map((file) => names[file]);
}

/**
 * Returns fingerprints of the CAs that were imported before, which is when CAs are trusted at first use. The stack's
 * state is authoritative on that.
 */
function trustedBefore(directory: string): readonly string[] | undefined {
  const path = join(directory, FILES.trust);
  if (!existsSync(path)) return undefined;
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

/** Proposes `signedBy.trust` with the CAs that are not pinned yet. */
function proposalToTrust(
  mspId: string,
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
  return [
    "countersign:organizations:",
    `  ${mspId}:`,
    "    signedBy:",
    "      trust:",
    ...entries.map((entry) => `        - ${entry}`),
    "",
  ].join("\n");
}
