import type {
  AccessChange,
  CertificateChange,
  Change,
  Chart,
  ConfigLine,
  Generation,
  NameChanges,
  Reason,
  Redraw,
  ReleaseChange,
  ServerChange,
  ShownValue,
  TrustChange,
  WorkloadChange,
} from "../model";
import { MODES } from "../trust/server-changes";
import { isUnknown, type Maybe } from "../value";
import { capitalized } from "../words";

/** Text for everything that the preview cannot know. */
export const NOT_KNOWN = "not known before the up";

/** How a format shows names, sentences, and the arrow of a change. */
export interface Style {
  readonly name: (text: string) => string;
  readonly prose: (text: string) => string;
  readonly arrow: string;
}

/** A change as `before → after`; a value that stays the same, once. */
export function changeText(change: Change<Maybe<string>>, { name, prose, arrow }: Style): string {
  const side = (value: Maybe<string> | undefined) => {
    if (value === undefined) return "none";
    return isUnknown(value) ? prose(NOT_KNOWN) : name(value);
  };
  const [before, after] = [side(change.before), side(change.after)];
  if (before === after || change.before === undefined) return after;
  return change.after === undefined ? before : `${before} ${arrow} ${after}`;
}

/** A clause, and the line that causes it. */
export function reasonText({ text, source }: Reason, style: Style): string {
  const said = style.prose(text);
  return source === undefined ? said : `${said} (${sourceText(source, style)})`;
}

function sourceText({ key, file, line }: ConfigLine, { name }: Style): string {
  if (file === undefined) return name(key);
  return `${name(key)}, ${name(line === undefined ? file : `${file}:${line}`)}`;
}

/** Names certificates by their owner, and also by their own name if the owner has several. */
export function certificateTitles(
  changes: readonly CertificateChange[],
  style: Style,
): (change: CertificateChange) => string {
  const owners = new Set<string>();
  const several = new Set<string>();
  for (const { owner } of changes) (owners.has(owner) ? several : owners).add(owner);
  return ({ owner, name }) =>
    several.has(owner) ? `${style.name(owner)}, ${style.name(name)}` : style.name(owner);
}

/** Names, those that change first. */
export function namesInOrder({
  kept,
  added,
  removed,
}: NameChanges): (readonly [string, keyof NameChanges])[] {
  return [
    ...removed.map((name) => [name, "removed"] as const),
    ...added.map((name) => [name, "added"] as const),
    ...kept.map((name) => [name, "kept"] as const),
  ];
}

export function valueText(value: ShownValue | undefined, { name, prose }: Style): string {
  if (value === undefined) return "none";
  if ("text" in value) return name(value.text);
  if ("newNameOf" in value) return `the new name of ${name(value.newNameOf)}`;
  return "secret" in value ? "secret" : prose(NOT_KNOWN);
}

/** `orchestrator 8.8.0 → 8.9.0`, with the chart's name and origin on both sides if these change too. */
function chartText({ before, after }: ReleaseChange["chart"], style: Style): string {
  const shown = after ?? before;
  if (shown === undefined) return "";
  const versionOf = ({ version }: Chart) =>
    version === undefined ? "(no version)" : style.name(version);
  const whole = (chart: Chart) =>
    `${style.name(chart.name)} ${versionOf(chart)} from ${style.name(chart.from)}`;
  if (before === undefined || after === undefined) return whole(shown);
  if (before.name !== after.name || before.from !== after.from) {
    return `${whole(before)} ${style.arrow} ${whole(after)}`;
  }
  const [old, now] = [versionOf(before), versionOf(after)];
  return `${style.name(after.name)} ${old === now ? now : `${old} ${style.arrow} ${now}`}`;
}

function rollsText({ rolls }: ReleaseChange, { name }: Style): string {
  if (isUnknown(rolls)) return "which workloads roll is not known";
  if (rolls.length === 0) return "nothing rolls";
  return `rolls ${rolls.map((workload) => name(workload)).join(", ")}`;
}

/** Clause on what an upgrade also changes because the chart generates it at random. */
function redrawText({ object, fields, consequence, mayStay }: Redraw, style: Style): string {
  const what = `${style.name(object)} (${fields.map((field) => style.name(field)).join(", ")})`;
  const drawn = mayStay
    ? `${what} is regenerated unless its template finds the current content in the cluster`
    : `every upgrade regenerates ${what}`;
  return consequence === undefined ? drawn : `${drawn}: ${style.prose(consequence)}`;
}

/** What changes about a release, one fact each. */
export function releaseFacts(change: ReleaseChange, style: Style): string[] {
  const { operation, why, redraws, manifests } = change;
  const { prose } = style;
  const chart = chartText(change.chart, style);
  return [
    ...(chart === "" ? [] : [`chart: ${chart}`]),
    ...(operation === "upgraded" || operation === "replaced" ? [rollsText(change, style)] : []),
    ...redraws.map((each) => redrawText(each, style)),
    ...(why.length === 0 ? [] : [`why: ${why.map(prose).join("; ")}`]),
    ...("unavailable" in manifests
      ? [`its manifests are not known: ${prose(manifests.unavailable)}`]
      : manifests.notes.map(prose)),
  ];
}

/** `backend in org-1`. */
export function releaseName({ name, namespace }: ReleaseChange, style: Style): string {
  return `${style.name(name)} in ${namespaceText(namespace, style)}`;
}

function namespaceText(namespace: Maybe<string>, style: Style): string {
  return isUnknown(namespace)
    ? `a namespace that is ${style.prose(NOT_KNOWN)}`
    : style.name(namespace);
}

/** `Deployment echo in spinnaker`. */
function workloadName({ kind, name, namespace }: WorkloadChange, style: Style): string {
  return `${style.name(`${kind} ${name}`)} in ${namespaceText(namespace, style)}`;
}

/** What happens to a workload, and why. */
export function workloadText(change: WorkloadChange, style: Style): string {
  const why = change.why.length === 0 ? "" : `: ${change.why.map(style.prose).join("; ")}`;
  return `${workloadName(change, style)} ${fateText(change)}${why}`;
}

function fateText({ operation, rolls }: WorkloadChange): string {
  if (operation !== "changed") return `is ${operation}`;
  if (isUnknown(rolls)) return "changes, and its operator rolls what this affects";
  return rolls ? "rolls" : "changes without a roll";
}

/** Parties that lose access, then those that get it. */
export function lossesFirst(access: readonly AccessChange[]): AccessChange[] {
  return (["loses", "gets"] as const).flatMap((change) =>
    access.filter((each) => each.change === change),
  );
}

/** Modes of a server before and after. */
export function stepText({ before, after }: ServerChange, { arrow }: Style): string {
  return capitalized(`${MODES[before]} ${arrow} ${MODES[after]}`);
}

/** The generations on both sides, with their marks. One with another certificate counts as another generation. */
export function comparedTrust({ before, after }: TrustChange): {
  readonly before: readonly (readonly [Generation, "kept" | "removed"])[];
  readonly after: readonly (readonly [Generation, "kept" | "added"])[];
} {
  const [old, now] = [new Set(before.map(identity)), new Set(after.map(identity))];
  return {
    before: before.map((each) => [each, now.has(identity(each)) ? "kept" : "removed"]),
    after: after.map((each) => [each, old.has(identity(each)) ? "kept" : "added"]),
  };
}

/** A generation's name, with its fingerprint if others of the same name are listed beside it. */
export function generationText(
  generation: Generation,
  among: readonly Generation[],
  { name, prose }: Style,
): string {
  const same = among.filter(({ name: other }) => other === generation.name);
  if (new Set(same.map(identity)).size < 2) return name(generation.name);
  const { fingerprint } = generation;
  return isUnknown(fingerprint)
    ? `${name(generation.name)}, ${prose(`its fingerprint is ${NOT_KNOWN}`)}`
    : `${name(generation.name)}, SHA-256 ${name(fingerprint.slice(0, 16))}…`;
}

function identity({ id, fingerprint }: Generation): string {
  return `${id} ${isUnknown(fingerprint) ? "" : fingerprint}`;
}
