import { count } from "../../../verify/print";
import type { SavedFile } from "./save";
import { admissionRows, aligned, listed, requestRows, type Row } from "./screen";
import type { AdmissionVerdict, RequestVerdict, TrustStatus, Verdict } from "./verdict";

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
  const isRefused = verdicts.some(({ decision }) => decision === "refused");
  const groups = verdicts.map((verdict) =>
    [
      `${verdict.kind} of ${verdict.mspId === undefined ? "an unknown organization" : listed([verdict.mspId])} (${listed(verdict.origins)})`,
      ...(verdict.kind === "request" ? requestLines(verdict) : admissionLines(verdict)),
      ...reasonLines(verdict),
      "",
    ].join("\n"),
  );
  const left = leftOut.map((path) => `left out: ${path}\n`);
  const files = saved.map(({ path, state }) => `√ ${path}: ${stateOf(state, dryRun)}\n`);
  const verdict = isRefused
    ? `${count(verdicts.filter(({ decision }) => decision === "refused").length, "refusal")}: nothing was written.\n`
    : `${count(verdicts.filter(({ decision }) => decision === "accepted").length, "import")} accepted.\n`;
  return [...groups, [...left, ...files, verdict].join("")].join("\n");
}

function stateOf(state: SavedFile["state"], dryRun: boolean): string {
  return dryRun && state === "written" ? "would be written" : state;
}

/** Renders an outcome for programs. */
export function importJson({ verdicts, leftOut, saved, dryRun }: Outcome): string {
  const found = verdicts.map(({ files, ...verdict }) => ({
    ...verdict,
    files: files.map(({ path }) => path),
  }));
  return `${JSON.stringify({ found, leftOut, saved, dryRun }, null, 2)}\n`;
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

function admissionLines({ facts, trust }: AdmissionVerdict): string[] {
  if (facts === undefined) return [];
  const said = Object.entries(trust).map(([name, status]) => [name, TRUST[status]] as const);
  return [...aligned(admissionRows(facts, new Map(said))), ""];
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
