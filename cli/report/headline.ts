import { count } from "../../verify/print";
import type {
  CertificateChange,
  CertificateOperation,
  Danger,
  ReleaseChange,
  Report,
  ServerChange,
  StackReport,
  WorkloadChange,
} from "./model";
import { visible } from "./render/escape";
import { stepVerb } from "./trust/server-changes";
import { isUnknown } from "./value";
import { grouped, listed } from "./words";

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

/** Most names in a phrase of a headline; if there are more, it states their number. */
const NAMED = 3;

const LONGEST_NAME = 40;

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
    const chosen = changes.filter((each) => each.change === change);
    const { size } = new Set(chosen.map(partyOf));
    if (size === 0) return [];
    const [verb, [one, many]] = [change === "loses" ? "lose" : "get", whoGets(chosen)];
    return [size === 1 ? `1 ${one} ${verb}s access` : `${size} ${many} ${verb} access`];
  });
}

function kindOf({ kind, isServer }: StackReport["access"][number]) {
  return kind ?? (isServer ? "service" : "organization");
}

/** Noun for the parties, singular and plural. */
function whoGets(changes: StackReport["access"]): readonly [string, string] {
  const [kind, ...others] = new Set(changes.map(kindOf));
  if (kind === undefined || others.length > 0) return ["party", "parties"];
  return [kind, `${kind}s`];
}

/** `3 servers begin to ask for certificates`. Servers of the same name in two stacks count as two. */
function serverPhrases(changes: readonly ServerChange[]): string[] {
  return grouped(changes, (change) => stepVerb(change, false)).map((group) => {
    const [first, ...others] = group;
    const isSingle = others.length === 0;
    return `${count(group.length, "server")} ${stepVerb(first, isSingle)}`;
  });
}

/** Phrase on parties whose trust changes. The first trust of a new party counts only if nothing else is mentioned. */
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

/** `Deployment echo rolls`, `5 Deployments roll`. */
function workloadPhrases(workloads: readonly WorkloadChange[], names: boolean): string[] {
  const phrase = (one: string, many: string, chosen: readonly WorkloadChange[]) =>
    grouped(chosen, ({ kind }) => kind).map((group) => {
      const kind = visible(group[0].kind, LONGEST_NAME);
      const [what, verb] = group.length === 1 ? [kind, one] : [`${kind}s`, many];
      return names && group.length <= NAMED
        ? `${what} ${joined(group.map(({ name }) => name))} ${verb}`
        : `${group.length} ${what} ${verb}`;
    });
  const done = (operation: WorkloadChange["operation"]) =>
    workloads.filter((workload) => workload.operation === operation);
  const changed = done("changed");
  return [
    ...phrase("is removed", "are removed", done("removed")),
    ...phrase("is replaced", "are replaced", done("replaced")),
    ...phrase(
      "rolls",
      "roll",
      changed.filter(({ rolls }) => rolls === true),
    ),
    ...phrase(
      "changes",
      "change",
      changed.filter(({ rolls }) => isUnknown(rolls)),
    ),
    ...phrase(
      "changes without a roll",
      "change without a roll",
      changed.filter(({ rolls }) => rolls === false),
    ),
    ...phrase("is added", "are added", done("added")),
  ];
}

/** Verbs for releases whose chart changes. They state the version if there is only one such release. */
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
