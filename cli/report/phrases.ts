import { count } from "../../verify/print";
import type {
  CertificateChange,
  CertificateOperation,
  ReleaseChange,
  ServerChange,
  StackReport,
  WorkloadChange,
} from "./model";
import { visible } from "./render/escape";
import { stepVerb } from "./trust/server-changes";
import { isUnknown } from "./value";
import { grouped, listed } from "./words";

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
export function certificatePhrases(changes: readonly CertificateChange[]): string[] {
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
export function authorityPhrases(changes: readonly CertificateChange[], names: boolean): string[] {
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

export function accessPhrases(changes: StackReport["access"]): string[] {
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
export function serverPhrases(changes: readonly ServerChange[]): string[] {
  return grouped(changes, (change) => stepVerb(change, false)).map((group) => {
    const [first, ...others] = group;
    const isSingle = others.length === 0;
    return `${count(group.length, "server")} ${stepVerb(first, isSingle)}`;
  });
}

/** Phrase on parties whose trust changes. The first trust of a new party counts only if nothing else is mentioned. */
export function trustPhrases(changes: StackReport["trust"], alone: boolean): string[] {
  const told = alone ? changes : changes.filter(({ before }) => before.length > 0);
  const { size } = new Set(told.map(partyOf));
  if (size === 0) return [];
  return [size === 1 ? "1 party trusts other CAs" : `${size} parties trust other CAs`];
}

export function releasePhrases(releases: readonly ReleaseChange[], names: boolean): string[] {
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
export function workloadPhrases(workloads: readonly WorkloadChange[], names: boolean): string[] {
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
