import { CannotCheck } from "../../command/failure";
import { hoursOf } from "../../config/fields";
import { changedResources, stackHeadline } from "./headline";
import type { Report, StackReport } from "./model";
import { plain, visible } from "./render/escape";
import { isUnknown } from "./value";

const KINDS = [
  "breaking",
  "destructive",
  "withdrawn",
  "renewals",
  "unknown",
  "warnings",
  "changes",
] as const;

/** A condition that makes a report fail. */
type Gate =
  | { readonly kind: (typeof KINDS)[number] }
  /** A certificate expires within so many hours of the report. */
  | { readonly kind: "expiring"; readonly hours: number; readonly duration: string };

/** Codes of reasons that arise with time, without a change of a file. */
const RENEWALS: ReadonlySet<string> = new Set(["renewal-window", "expired", "received"]);

/** Something that makes a gate fail. */
export interface Finding {
  /** Name of the gate in `--fail-on`, e.g. `expiring:30d`. */
  readonly gate: string;
  readonly stack: string;
  readonly text: string;
}

/**
 * Reads the value of `--fail-on`, e.g. `breaking,expiring:30d`.
 *
 * @throws CannotCheck if it names something else, or nothing.
 */
export function parseGates(list: string): Gate[] {
  const named = list.split(",").map((name) => name.trim());
  return [...new Set(named)].map(parseGate);
}

/** Findings of the gates, by stack, then in the order of the gates. */
export function findingsOf(report: Report, gates: readonly Gate[]): Finding[] {
  return report.stacks.flatMap((stack) =>
    gates.flatMap((gate) =>
      textsOf(stack, gate, report.at).map((text) => ({
        gate: nameOf(gate),
        stack: stack.stack,
        text: plain(text),
      })),
    ),
  );
}

/** Name of a gate in `--fail-on`. */
function nameOf(gate: Gate): string {
  return gate.kind === "expiring" ? `expiring:${gate.duration}` : gate.kind;
}

function parseGate(name: string): Gate {
  const simple = KINDS.find((kind) => kind === name);
  if (simple !== undefined) return { kind: simple };
  const [, duration] = /^expiring:(.*)$/s.exec(name) ?? [];
  if (duration === undefined) {
    throw new CannotCheck(
      `--fail-on: "${visible(name)}" is none of ${KINDS.join(", ")} and expiring:<duration>, e.g. --fail-on breaking,expiring:30d`,
    );
  }
  const hours = hoursOf(duration);
  if (hours === undefined) {
    throw new CannotCheck(
      `--fail-on: "${visible(name)}" has no valid duration; write a whole number and h, d, w or y, e.g. expiring:30d`,
    );
  }
  return { kind: "expiring", hours, duration };
}

function textsOf(stack: StackReport, gate: Gate, at: string): string[] {
  switch (gate.kind) {
    case "breaking":
    case "destructive":
      return stack.dangers.filter(({ kind }) => kind === gate.kind).map(({ text }) => text);
    case "withdrawn":
      return stack.certificates
        .filter(({ operation }) => operation === "withdrawn")
        .map(({ owner, name }) => `The certificate ${name} of ${owner} is withdrawn.`);
    case "renewals":
      return stack.certificates
        .filter(({ reasons }) => reasons.some(({ code }) => RENEWALS.has(code)))
        .map(({ owner, name }) => `The certificate ${name} of ${owner} is due for renewal.`);
    case "warnings":
      return stack.notices.filter(({ severity }) => severity === "warning").map(({ text }) => text);
    case "changes":
      return changes(stack) ? [stackHeadline(stack)] : [];
    case "unknown":
      return unknowns(stack);
    case "expiring":
      return expiring(stack, gate.hours, at);
  }
}

function changes(stack: StackReport): boolean {
  const { certificates, trust, access, servers, releases, workloads } = stack;
  return (
    changedResources(stack) > 0 ||
    [certificates, trust, access, servers, releases, workloads].some((list) => list.length > 0)
  );
}

/** Certificates that this `up` issues have no expiry date yet, so they are not judged. */
function expiring({ lifetimes }: StackReport, hours: number, at: string): string[] {
  const last = Date.parse(at) + hours * 3_600_000;
  return lifetimes.flatMap(({ kind, owner, name, notAfter, hours: issuedFor }) => {
    if (isUnknown(notAfter) || issuedFor !== undefined || !(Date.parse(notAfter) <= last)) {
      return [];
    }
    const what = kind === "authority" ? `The CA ${name}` : `The certificate ${name} of ${owner}`;
    return [`${what} expires at ${notAfter}, and this change does not renew it.`];
  });
}

/** What a reviewer cannot see, except the dates of certificates that are issued by the `up`. */
function unknowns({ certificates, releases, connections }: StackReport): string[] {
  return [
    ...certificates.flatMap(({ owner, name, subject, names, key, reasons }) => {
      const parts = [
        ...(isUnknown(subject) ? ["its subject"] : []),
        ...(isUnknown(names) ? ["its names"] : []),
        ...(isUnknown(key.before) || isUnknown(key.after) ? ["its key's kind"] : []),
        ...(reasons.some(({ code }) => code === "unknown") ? ["why it changes"] : []),
      ];
      if (parts.length === 0) return [];
      return [
        `The following is not known about the certificate ${name} of ${owner}: ${parts.join(", ")}.`,
      ];
    }),
    ...releases.flatMap(({ party, name, rolls, manifests }) => {
      if ("unavailable" in manifests) {
        return [
          `The manifests of ${party}'s release ${name} are not known: ${manifests.unavailable}.`,
        ];
      }
      return isUnknown(rolls) ? [`Whether ${party}'s release ${name} rolls is not known.`] : [];
    }),
    ...connections
      .filter((each) => [each.clientTrustsServer, each.serverTrustsClient].includes(undefined))
      .map(
        ({ client, server }) => `Whether ${client} and ${server} trust each other is not known.`,
      ),
  ];
}
