import type { PeerFacts } from "../../../facts";
import type { ReleaseChange } from "../model";
import type { PlannedResource } from "../plan";
import type { IndexedPlan, Stated } from "../plan-index";
import type { Property } from "../value";
import { listed } from "../words";
import { isSameSource, type PlannedChart } from "./charts/source";
import { objectClauses } from "./object-clauses";
import type { Difference } from "./values/differences";

/** A release that changes. */
interface ChangedRelease {
  readonly resource: PlannedResource;
  readonly party: string;
  readonly operation: ReleaseChange["operation"];
  /** Its component, if that states facts. */
  readonly component: Stated | undefined;
  readonly charts: {
    readonly before: PlannedChart | undefined;
    readonly after: PlannedChart | undefined;
  };
  readonly values: readonly Difference[];
  /** Names of the release's own inputs that differ. */
  readonly inputs: readonly string[];
  /** Names that Pulumi gave to objects: they follow from other changes. */
  readonly givenNames: ReadonlyMap<string, string>;
}

/** Clauses on why a release changes, each with its own subject, the most important first. */
export function whyItChanges(release: ChangedRelease, plan: IndexedPlan): string[] {
  const { operation, party, resource } = release;
  if (operation === "installed") return ["it is not deployed yet"];
  if (operation === "removed") return ["it was removed from the configuration"];
  const clauses = [
    ...replacementClauses(release),
    ...objectClauses(resource, party, plan),
    ...trustClauses(release),
    ...chartClauses(release),
    ...accessClauses(release),
    ...channelClauses(release),
    ...valueClauses(release),
    ...inputClauses(release),
  ];
  return [...new Set(clauses)];
}

function replacementClauses({ operation, resource }: ChangedRelease): string[] {
  if (operation !== "replaced") return [];
  const { reasons } = resource;
  const verb = reasons.length === 1 ? "changes" : "change";
  const cause = reasons.length === 0 ? "" : `, as its ${listed(reasons, Infinity)} ${verb}`;
  return [`it is removed and installed again${cause}`];
}

function trustClauses({ component, party }: ChangedRelease): string[] {
  const [old, coming] = [component?.before, component?.after].map((facts) =>
    facts?.peers?.[0]?.trusts?.map((id) => id.split("/").at(-1) ?? id),
  );
  return changeOf(old, coming).map(({ what, comes }) =>
    comes ? `${party} trusts ${what} too` : `${party} no longer trusts ${what}`,
  );
}

function accessClauses({ component, party }: ChangedRelease): string[] {
  const [old, coming] = peersOf(component).map((peer) => peer?.admits);
  return changeOf(old, coming).map(({ what, comes }) =>
    comes ? `${party} lets ${what} in` : `${party} no longer lets ${what} in`,
  );
}

function peersOf(component: Stated | undefined): (PeerFacts | undefined)[] {
  return [component?.before, component?.after].map((facts) => facts?.peers?.[0]);
}

function changeOf(old: readonly string[] | undefined, coming: readonly string[] | undefined) {
  if (old === undefined || coming === undefined) return [];
  const added = coming.filter((each) => !old.includes(each));
  const removed = old.filter((each) => !coming.includes(each));
  return [
    ...(added.length > 0 ? [{ what: listed(added, Infinity), comes: true }] : []),
    ...(removed.length > 0 ? [{ what: listed(removed, Infinity), comes: false }] : []),
  ];
}

function chartClauses({ charts: { before, after } }: ChangedRelease): string[] {
  if (before === undefined || after === undefined) return [];
  const clauses: string[] = [];
  if (before.version !== after.version) {
    clauses.push(
      `the chart goes from ${before.version ?? "(unknown)"} to ${after.version ?? "(unknown)"}`,
    );
  }
  if (!isSameSource(before.source, after.source))
    clauses.push("the chart comes from another place");
  return clauses;
}

/** Annotation that our component changes together with the channels, because pods read these only once. */
const CHANNELS = /^podAnnotations\.countersign\/channels$/;

function channelClauses({ values }: ChangedRelease): string[] {
  return values.some(({ path }) => CHANNELS.test(path)) ? ["the channels change"] : [];
}

/** For more values than this, only their number is given. */
const MOST_NAMED = 3;

function valueClauses(release: ChangedRelease): string[] {
  const own = release.values.filter((difference) => !isExplained(difference, release));
  const paths = [...new Set(own.map(({ path }) => path))];
  if (paths.length === 0) return [];
  if (paths.length > MOST_NAMED) return [`${paths.length} values change`];
  return [
    `${paths.length === 1 ? "value" : "values"} ${listed(paths, Infinity)} ${paths.length === 1 ? "changes" : "change"}`,
  ];
}

/** Whether a value follows from something that is already reported: the name of an object, or the channels. */
function isExplained(
  { path, before, after }: Difference,
  { givenNames, values }: ChangedRelease,
): boolean {
  const isName = (value: Property | undefined) =>
    value === undefined || (typeof value === "string" && givenNames.has(value));
  if (isName(before) && isName(after)) return true;
  const isChannel = CHANNELS.test(path) || /^channels\b/.test(path);
  return isChannel && values.some((value) => CHANNELS.test(value.path));
}

function inputClauses({ inputs }: ChangedRelease): string[] {
  return inputs.length === 0
    ? []
    : [`the release's ${listed(inputs, Infinity)} ${inputs.length === 1 ? "changes" : "change"}`];
}
