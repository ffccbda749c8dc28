import { count } from "../../verify/print";
import { listed, type FileExchange, type Row } from "../../command/file-exchange";
import type { SavedFile } from "./files";
import {
  isRefused,
  type AdmissionFacts,
  type AdmissionVerdict,
  type CertificateFacts,
  type NameFacts,
  type RequestFacts,
  type RequestVerdict,
  type TrustStatus,
  type Verdict,
} from "./review";

/** The decisions, and the files that were written. */
export interface Outcome {
  readonly verdicts: readonly Verdict[];
  /** Files in directories that are not exchanged. */
  readonly leftOut: readonly string[];
  /** Files that were written; none if anything was refused. */
  readonly saved: readonly SavedFile[];
  readonly dryRun: boolean;
}

const TRUST: Readonly<Record<TrustStatus, string>> = {
  pinned: "pinned",
  "first-use": "trusted at first use; nobody has compared it",
  "not-pinned": "NOT PINNED",
};

/** Renders an outcome for reviewers: what each file is, what it requests, what is granted, and what was done. */
export function importText({ verdicts, leftOut, saved, dryRun }: Outcome): string {
  const groups = verdicts.map((verdict) =>
    [
      `${verdict.kind} of ${titleOf(verdict)} (${listed(verdict.origins)})`,
      ...(verdict.kind === "request" ? requestLines(verdict) : admissionLines(verdict)),
      ...reasonLines(verdict),
      "",
    ].join("\n"),
  );
  const left = leftOut.map((path) => `left out: ${path}\n`);
  const files = saved.map(
    ({ path, state }) =>
      `√ ${path}: ${dryRun && state === "written" ? "would be written" : state}\n`,
  );
  const verdict = isRefused(verdicts)
    ? `${count(verdicts.filter(({ decision }) => decision === "refused").length, "refusal")}: nothing was written.\n`
    : `${count(verdicts.filter(({ decision }) => decision === "accepted").length, "import")} accepted.\n`;
  return [...groups, [...left, ...files, verdict].join("")].join("\n");
}

/** Renders an outcome for programs. */
export function importJson({ verdicts, leftOut, saved, dryRun }: Outcome): string {
  const found = verdicts.map(({ kind, system, party, files, ...verdict }) => ({
    kind,
    [system.form.nameField]: party,
    ...verdict,
    files: files.map(({ path }) => path),
  }));
  return `${JSON.stringify({ found, leftOut, saved, dryRun }, null, 2)}\n`;
}

function titleOf({ party, system: { words } }: Verdict): string {
  if (party === undefined) return `an unknown ${words.party}`;
  if (!party.startsWith(words.prefix)) return listed([party]);
  return words.prefix + listed([party.slice(words.prefix.length)]);
}

function requestLines({ facts, source, comparison }: RequestVerdict): string[] {
  if (source === undefined) return aligned(requestRows(facts));
  const rows = requestRows(facts).filter(([label]) => ["subject", "fingerprint"].includes(label));
  const columns = comparison.map(({ what, asked, granted, ok }): Row => [
    `${ok ? "√" : "×"} ${what}`,
    listed(asked),
    listed(granted),
  ]);
  return [
    ...aligned(rows),
    "",
    ...aligned([["  ", "requested", `granted by ${source}`], ...columns]),
    "",
  ];
}

function admissionLines({ facts, trust, system }: AdmissionVerdict): string[] {
  if (facts === undefined) return [];
  const said = Object.entries(trust).map(([name, status]) => [name, TRUST[status]] as const);
  return [...aligned(admissionRows(facts, system, new Map(said))), ""];
}

function reasonLines({ decision, reasons, warnings, proposal }: Verdict): string[] {
  const sign = decision === "ignored" ? "-" : "×";
  return [
    ...(decision === "accepted" ? ["  √ accepted"] : []),
    ...reasons.map((reason) => `  ${sign} ${reason}`),
    ...warnings.map((warning) => `  ! ${warning}`),
    ...(proposal === undefined
      ? []
      : [
          "",
          "  If this is what you want, and you have confirmed it with its owner over another channel:",
          "",
        ]),
    ...(proposal?.trimEnd().split("\n") ?? []).map((line) => `    ${line}`),
  ];
}

export function requestRows(facts: RequestFacts): Row[] {
  return [
    ["subject", facts.subject],
    ["SANs", listed(namesOf(facts))],
    ["key", facts.keyAlgorithm],
    ["public key", `SHA-256 ${facts.publicKey}`],
    ["fingerprint", `SHA-256 ${facts.fingerprint}`],
  ];
}

/** Returns the rows about an admission. @param trust remark about each CA, by the generation's name. */
export function admissionRows(
  { certificate, authorities, ...further }: AdmissionFacts,
  system: FileExchange,
  trust: ReadonlyMap<string, string> = new Map(),
): Row[] {
  return [
    ...certificateRows(certificate),
    ...system.rows(further),
    ...authorities.flatMap(({ name, state, subject, notAfter, fingerprint }): Row[] => {
      const said = trust.get(name);
      return [
        [`CA ${name}`, `${state}, until ${notAfter}, ${subject}`],
        ["", `SHA-256 ${fingerprint}${said === undefined ? "" : `: ${said}`}`],
      ];
    }),
  ];
}

function certificateRows(facts: CertificateFacts): Row[] {
  return [
    ...requestRows(facts),
    ["issuer", facts.issuer],
    ["valid", `${facts.notBefore} to ${facts.notAfter}`],
  ];
}

function namesOf(facts: NameFacts): string[] {
  const { dnsNames, ipAddresses, uris, emailAddresses, otherNames } = facts;
  return [
    ...dnsNames,
    ...ipAddresses,
    ...uris,
    ...emailAddresses,
    ...(otherNames === 0 ? [] : [`${otherNames} of other kinds`]),
  ];
}

/** Aligns rows in columns, each as wide as its widest cell. */
export function aligned(rows: readonly Row[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    return `  ${cells.join("  ")}`.trimEnd();
  });
}
