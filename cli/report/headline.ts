import type { Danger, Report, StackReport } from "./model";
import {
  accessPhrases,
  authorityPhrases,
  certificatePhrases,
  releasePhrases,
  serverPhrases,
  trustPhrases,
  workloadPhrases,
} from "./phrases";

interface HeadlineOptions {
  /** Whether it contains up to three names instead of their number. @default true */
  readonly names?: boolean;
}

/** One sentence on the changes of all stacks together, the worst first. */
export function headline({ stacks }: Report, { names = true }: HeadlineOptions = {}): string {
  const all = <T>(listOf: (stack: StackReport) => readonly T[]): T[] => stacks.flatMap(listOf);
  const certificates = all((stack) => stack.certificates);
  const access = accessPhrases(all((stack) => stack.access));
  const releases = releasePhrases(
    all((stack) => stack.releases),
    names,
  );
  const issued = [
    ...certificatePhrases(certificates.filter(({ kind }) => kind === "leaf")),
    ...authorityPhrases(
      certificates.filter(({ kind }) => kind === "authority"),
      names,
    ),
  ];
  const servers = serverPhrases(all((stack) => stack.servers));
  const alone = [issued, access, servers, releases].every((each) => each.length === 0);
  const trust = trustPhrases(
    all((stack) => stack.trust),
    alone,
  );
  const phrases = [
    ...issued,
    ...access,
    ...servers,
    ...trust,
    ...releases,
    ...workloadPhrases(
      all((stack) => stack.workloads),
      names,
    ),
  ];
  const failure = failureSentence(stacks);
  const dangers = dangerPhrase(all((stack) => stack.dangers));
  const said = changesSentence(stacks, phrases, dangers);
  if (failure === undefined) return said;
  return stacks.every((stack) => stack.failure !== undefined) ? failure : `${failure} ${said}`;
}

/** A failed preview does not show what the update would do, so it must not look like no changes. */
function failureSentence(stacks: readonly StackReport[]): string | undefined {
  const failed = stacks.filter(({ failure }) => failure !== undefined).length;
  if (failed === 0) return undefined;
  if (stacks.length === 1) return "The preview failed.";
  return `The ${failed === 1 ? "preview" : "previews"} of ${failed} of ${stacks.length} stacks failed.`;
}

function changesSentence(
  stacks: readonly StackReport[],
  phrases: readonly string[],
  dangers: string | undefined,
): string {
  const waiting = waitingPhrase(stacks);
  if (phrases.length > 0) {
    const told = waiting === undefined ? phrases : [...phrases, waiting];
    const sentence = `${told.join(", ")}.`;
    return dangers === undefined ? sentence : `${dangers}: ${sentence}`;
  }
  const others = stacks.reduce((sum, stack) => sum + changedResources(stack), 0);
  const rest =
    others === 0
      ? `Nothing changes${waiting === undefined ? "" : `, ${waiting}`}.`
      : `No certificate, trust or release changes; ${others} other ${others === 1 ? "resource does" : "resources do"}.`;
  if (dangers === undefined) return rest;
  return others === 0 ? `${dangers}.` : `${dangers}. ${rest}`;
}

/** The headline of one stack. */
export function stackHeadline(stack: StackReport, options?: HeadlineOptions): string {
  return headline({ at: "", stacks: [stack] }, options);
}

/** The number of a stack's resources that an `up` changes. */
export function changedResources({ operations }: StackReport): number {
  return operations.create + operations.update + operations.replace + operations.delete;
}

/** Those that wait are mentioned even if something changes: a reviewer may think that they only wait for the merge. */
function waitingPhrase(stacks: readonly StackReport[]): string | undefined {
  const organizations = stacks.flatMap(({ waiting = [] }) => waiting).length;
  const services = stacks.flatMap(({ waitingServices = [] }) => waitingServices).length;
  const components = stacks.flatMap(({ waitingComponents = [] }) => waitingComponents).length;
  const phrases = [
    ...(organizations === 1 ? ["1 organization waits for its certificate"] : []),
    ...(organizations > 1 ? [`${organizations} organizations wait for their certificates`] : []),
    ...(services === 1 ? ["1 service waits for its certificate"] : []),
    ...(services > 1 ? [`${services} services wait for their certificates`] : []),
    ...(components === 1 ? ["1 component waits for a project URL"] : []),
    ...(components > 1 ? [`${components} components wait for project URLs`] : []),
  ];
  return phrases.length === 0 ? undefined : phrases.join(", ");
}

function dangerPhrase(dangers: readonly Danger[]): string | undefined {
  const kinds = [
    ["Destructive", "destructive"],
    ["Breaking", "breaking"],
  ] as const;
  const counted = kinds.flatMap(([word, kind]) => {
    const number = dangers.filter((danger) => danger.kind === kind).length;
    return number === 0 ? [] : [`${word} (${number})`];
  });
  if (counted.length === 0) return undefined;
  return counted.join(" and ").replace(" and B", " and b");
}
