import type { CertificateFacts, PeerFacts } from "../../../facts";
import { keyBehind } from "../certificates/leaf";
import type { ReleaseChange } from "../model";
import type { Operation, PlannedResource } from "../plan";
import type { IndexedPlan, Stated } from "../plan-index";
import type { Property } from "../value";
import { listed } from "../words";
import { isSameSource, type PlannedChart } from "./charts/source";
import type { Difference } from "./values/differences";

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

/** Clauses on why the objects that a release names change: their content changes, or they are added or removed. */
function objectClauses(release: PlannedResource, party: string, plan: IndexedPlan): string[] {
  const named = namedBy(release).flatMap((urn) => plan.byUrn.get(urn) ?? []);
  return clausesOn(named, (object) => clauseOn(object, party, plan));
}

/** Clauses on those objects that change, those on certificates first. */
export function clausesOn(
  objects: readonly PlannedResource[],
  clause: (object: PlannedResource) => string | undefined,
): string[] {
  return objects
    .filter(({ operation }) => operation !== "same" && operation !== "other")
    .flatMap((object) => clause(object) ?? [])
    .sort((one, other) => rankOf(one) - rankOf(other));
}

/** The change of a certificate says more than the change of an object. */
function rankOf(clause: string): number {
  return clause.startsWith("the certificate of") ? 0 : 1;
}

/** URNs of the resources that the values of either side depend on. */
function namedBy({ before, after }: PlannedResource): string[] {
  const urns = [before, after].flatMap((side) => side?.dependencies.values ?? []);
  return [...new Set(urns)].sort();
}

/** Clause on the change of a Secret or ConfigMap; undefined if it holds CAs and its component will trust others. */
export function clauseOn(
  object: PlannedResource,
  party: string,
  plan: IndexedPlan,
): string | undefined {
  if (!/:(Secret|ConfigMap)$/.test(object.type)) return undefined;
  const holds = contentOf(object, plan);
  const certificate = holds.find(({ type }) => type.endsWith(":LocallySignedCert"));
  if (certificate) {
    // A Secret may hold the CAs too: a change of those that a party trusts is reported separately.
    const stays = !["create", "replace"].includes(certificate.operation);
    return stays && trustsDiffer(plan.stated.get(object.parent ?? ""))
      ? undefined
      : certificateClause(certificate, holds, plan);
  }
  if (isPair(object)) {
    if (!hasSameCertificate(object, plan)) {
      return `the certificate of ${party} ${COMES[object.operation]}`;
    }
    return trustsDiffer(plan.stated.get(object.parent ?? ""))
      ? undefined
      : `${object.name} ${COMES[object.operation]}`;
  }
  if (holds.some(({ type }) => type.endsWith(":SelfSignedCert"))) {
    // A change of the CAs that a party trusts is reported separately.
    return trustsDiffer(plan.stated.get(object.parent ?? ""))
      ? undefined
      : authorityClause(object, holds, party);
  }
  if (holds.some(({ type }) => type.endsWith(":RandomPassword"))) {
    return `the password in ${object.name} ${COMES[object.operation]}`;
  }
  return `${object.name} ${COMES[object.operation]}`;
}

const COMES: Readonly<Record<Operation, string>> = {
  same: "stays",
  create: "is new",
  update: "changes",
  replace: "changes",
  delete: "is removed",
  other: "changes",
};

/** Resources that the content of a Secret or ConfigMap comes from. */
function contentOf({ before, after }: PlannedResource, { byUrn }: IndexedPlan): PlannedResource[] {
  const { data = [], stringData = [] } = (after ?? before)?.dependencies ?? {};
  return [...data, ...stringData]
    .map((urn) => byUrn.get(urn))
    .filter((found) => found !== undefined);
}

function isPair({ before, after }: PlannedResource): boolean {
  return (after ?? before)?.inputs.type === "kubernetes.io/tls";
}

/** Whether a pair whose certificate comes from elsewhere keeps it, so that only the CAs beside it change. */
function hasSameCertificate(
  { operation, parent = "" }: PlannedResource,
  { stated, certificates }: IndexedPlan,
): boolean {
  if (operation !== "replace") return false;
  const { before, after } = stated.get(parent) ?? {};
  const [old, coming] = [before, after].map((facts) => facts?.peers?.[0]?.presents ?? "");
  const was = certificates.get(old ?? "")?.before?.certificate;
  return was !== undefined && was === certificates.get(coming ?? "")?.after?.certificate;
}

function certificateClause(
  certificate: PlannedResource,
  holds: readonly PlannedResource[],
  plan: IndexedPlan,
): string {
  const { before, after } = plan.certificates.get(certificate.name) ?? {};
  const owner = (after ?? before)?.owner ?? certificate.name;
  const subject = `the certificate of ${owner}`;
  if (certificate.operation === "create") return `${subject} is issued`;
  if (certificate.operation !== "replace")
    return `the Secret with ${subject} ${COMES[certificate.operation]}`;
  // The Secret of an older state depends on the key too; otherwise only the certificate does.
  const key =
    holds.find(({ type }) => type.endsWith(":PrivateKey")) ?? keyBehind(plan, certificate, "after");
  if (key !== undefined && key.operation !== "same") {
    return `${subject} gets a new key`;
  }
  const issuers = [before, after].map(issuerOf);
  const [old, coming] = issuers;
  if (old !== undefined && coming !== undefined && old !== coming) {
    return `${subject} is signed by ${coming} instead of ${old}`;
  }
  const isRenewed = certificate.reasons.every((reason) => reason === "readyForRenewal");
  return `${subject} is ${isRenewed ? "renewed" : "replaced"}`;
}

/** Name of the generation that issues a certificate. */
function issuerOf(facts: CertificateFacts | undefined): string | undefined {
  return facts?.issuer?.split("/").at(-1);
}

function trustsDiffer(stated: Stated | undefined): boolean {
  const [old, coming] = [stated?.before, stated?.after].map((facts) =>
    facts?.peers?.[0]?.trusts?.join("\n"),
  );
  return old !== coming;
}

function authorityClause(
  { operation }: PlannedResource,
  holds: readonly PlannedResource[],
  party: string,
): string {
  const isOther = holds.some(
    (held) => held.type.endsWith(":SelfSignedCert") && held.operation !== "same",
  );
  if (isOther) return `CA certificates that ${party} trusts are replaced`;
  return operation === "replace" || operation === "update"
    ? `the CA bundle of ${party} is rewritten with the same CAs`
    : `an object with CAs that ${party} trusts ${COMES[operation]}`;
}
