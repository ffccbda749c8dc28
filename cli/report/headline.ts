import { visible } from "./render/escape";
import type {
  CertificateChange,
  CertificateOperation,
  Danger,
  ReleaseChange,
  Report,
  StackReport,
} from "./model";
import { isUnknown } from "./value";
import { listed } from "./words";

export interface HeadlineOptions {
  /** Whether up to three names stand in it rather than their number. @default true */
  readonly names?: boolean;
}

const LONGEST_NAME = 40;
const NAMED = 3;

/** One sentence on what all stacks together go through, the worst first. */
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
  const alone = [issued, access, releases].every((each) => each.length === 0);
  const trust = trustPhrases(
    all((stack) => stack.trust),
    alone,
  );
  const phrases = [...issued, ...access, ...trust, ...releases];
  const failure = failureSentence(stacks);
  const dangers = dangerPhrase(all((stack) => stack.dangers));
  const said = changesSentence(stacks, phrases, dangers);
  if (failure === undefined) return said;
  return stacks.every((stack) => stack.failure !== undefined) ? failure : `${failure} ${said}`;
}

/** Of a failed preview is not known what it would do, which is not nothing. */
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
  const waiting = waitingPhrase(stacks.flatMap(({ waiting: parties = [] }) => parties));
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

/** The same for one of the stacks. */
export function stackHeadline(stack: StackReport, options?: HeadlineOptions): string {
  return headline({ at: "", stacks: [stack] }, options);
}

/** How many resources of a stack an `up` touches. */
export function changedResources({ operations }: StackReport): number {
  return operations.create + operations.update + operations.replace + operations.delete;
}

/** It is told beside what changes, too: a reviewer may think that the merge is what it waits for. */
function waitingPhrase({ length }: readonly string[]): string | undefined {
  if (length === 0) return undefined;
  return length === 1
    ? "1 organization waits for its certificate"
    : `${length} organizations wait for their certificates`;
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

const OPERATIONS: readonly CertificateOperation[] = [
  "renewed",
  "issued",
  "re-keyed",
  "replaced",
  "withdrawn",
];

/** `2 certificates renewed`, `1 issued`. */
function certificatePhrases(changes: readonly CertificateChange[]): string[] {
  const counted = OPERATIONS.map((operation) => {
    const number = changes.filter((change) => change.operation === operation).length;
    return { operation, number };
  }).filter(({ number }) => number > 0);
  return counted.map(({ operation, number }, index) =>
    index === 0
      ? `${number} ${number === 1 ? "certificate" : "certificates"} ${operation}`
      : `${number} ${operation}`,
  );
}

/** `CA generation g2 added`. */
function authorityPhrases(changes: readonly CertificateChange[], names: boolean): string[] {
  const phrase = (verb: string, chosen: readonly CertificateChange[]) => {
    if (chosen.length === 0) return [];
    const noun = chosen.length === 1 ? "CA generation" : "CA generations";
    const listed = chosen.map(({ name }) => name.slice(name.lastIndexOf("/") + 1));
    return names && chosen.length <= NAMED
      ? [`${noun} ${joined(listed)} ${verb}`]
      : [`${chosen.length} ${noun} ${verb}`];
  };
  const done = (...operations: readonly CertificateOperation[]) =>
    changes.filter(({ operation }) => operations.includes(operation));
  return [
    ...phrase("dropped", done("withdrawn")),
    ...phrase("replaced", done("renewed", "re-keyed", "replaced")),
    ...phrase("added", done("issued")),
  ];
}

function accessPhrases(changes: StackReport["access"]): string[] {
  return (["loses", "gets"] as const).flatMap((change) => {
    const parties = new Set(changes.filter((each) => each.change === change).map(partyOf));
    if (parties.size === 0) return [];
    const verb = change === "loses" ? "lose" : "get";
    return [
      parties.size === 1
        ? `1 organization ${verb}s access`
        : `${parties.size} organizations ${verb} access`,
    ];
  });
}

/** That a new party trusts a CA for the first time is no news beside what makes it new. */
function trustPhrases(changes: StackReport["trust"], alone: boolean): string[] {
  const told = alone ? changes : changes.filter(({ before }) => before.length > 0);
  const { size } = new Set(told.map(partyOf));
  if (size === 0) return [];
  return [size === 1 ? "1 party trusts other CAs" : `${size} parties trust other CAs`];
}

function releasePhrases(releases: readonly ReleaseChange[], names: boolean): string[] {
  const phrase = (one: string, many: string, chosen: readonly ReleaseChange[]) => {
    if (chosen.length === 0) return [];
    const verb = chosen.length === 1 ? one : many;
    if (names && chosen.length <= NAMED) return [`${joined(chosen.map(partyOf))} ${verb}`];
    return [`${chosen.length} ${chosen.length === 1 ? "release" : "releases"} ${verb}`];
  };
  const done = (operation: ReleaseChange["operation"]) =>
    releases.filter((release) => release.operation === operation);
  const upgraded = done("upgraded");
  const rolling = (...wanted: readonly Rolling[]) =>
    upgraded.filter((release) => wanted.includes(rollingOf(release)));
  return [
    ...phrase("is removed", "are removed", done("removed")),
    ...phrase("is replaced", "are replaced", done("replaced")),
    ...phrase(...chartVerbs(upgraded.filter(changesChart)), upgraded.filter(changesChart)),
    ...phrase("rolls", "roll", rolling("yes")),
    ...phrase("may roll", "may roll", rolling("unknown")),
    ...phrase("changes without a roll", "change without a roll", rolling("no")),
    ...phrase("is installed", "are installed", done("installed")),
  ];
}

/** A chart's version is told where only one release gets another one. */
function chartVerbs([one, ...others]: readonly ReleaseChange[]): readonly [string, string] {
  const version = others.length === 0 ? one?.chart.after?.version : undefined;
  const chart = version === undefined ? "another chart" : `chart ${visible(version, LONGEST_NAME)}`;
  return [`gets ${chart}`, "get other charts"];
}

type Rolling = "yes" | "no" | "unknown";

function rollingOf({ rolls }: ReleaseChange): Rolling {
  if (isUnknown(rolls)) return "unknown";
  return rolls.length > 0 ? "yes" : "no";
}

function changesChart({ chart: { before, after } }: ReleaseChange): boolean {
  return before?.name !== after?.name || before?.version !== after?.version;
}

function partyOf({ party }: { readonly party: string }): string {
  return party;
}

/** `a`, `a and b`, `a, b and c`. */
function joined(names: readonly string[]): string {
  const shown = names.map((name) => visible(name, LONGEST_NAME));
  return listed(shown, Infinity);
}
