import { count } from "../../../verify/print";
import type { Danger, ObjectChange, ReleaseChange } from "../model";
import {
  CONFIG_MAP,
  NAMESPACE,
  RELEASE,
  SECRET_TYPE,
  heldBy,
  isLost,
  kindOf,
  nameOf,
  namespaceOf,
  objectsOf,
  stays,
} from "../objects";
import type { Plan, PlannedResource } from "../plan";
import { isUnknown } from "../value";
import { grouped, listed } from "../words";

/** A loss, and what to do instead. */
export type Loss = Omit<Danger, "kind">;

/** Namespaces that are deleted, with everything in them that the plan knows. */
export function lostNamespaces({ resources }: Plan): Loss[] {
  const lost = resources.filter(isLostNamespace);
  if (lost.length === 0) return [];
  const within = new Map(
    grouped(
      resources.filter(({ before }) => before !== undefined),
      (each) => namespaceOf(each, "before") ?? "",
    ).map((group) => [namespaceOf(group[0], "before"), group]),
  );
  return lost.map((namespace) => {
    const name = nameOf(namespace, "before") ?? namespace.name;
    const content = within.get(name) ?? [];
    return {
      text: `Namespace ${name} is deleted with everything in it: ${contentOf(content)}.`,
      todo: content.some(stays)
        ? "Keep it (`createNamespace: true`): objects that stay in the stack would be deleted with it."
        : "Back up what is still needed first.",
    };
  });
}

/** The namespaces that a plan deletes, by name. */
function namesOfLostNamespaces({ resources }: Plan): ReadonlySet<string | undefined> {
  return new Set(resources.filter(isLostNamespace).map((each) => nameOf(each, "before")));
}

function isLostNamespace(resource: PlannedResource): boolean {
  return resource.type === NAMESPACE && isLost(resource);
}

function contentOf(resources: readonly PlannedResource[]): string {
  const of = (type: string) => resources.filter((each) => each.type === type);
  const releases = of(RELEASE).map((release) => {
    const data = dataOf(release);
    const name = `Helm release ${nameOf(release, "before") ?? release.name}`;
    return data === undefined ? name : `${name} (${data})`;
  });
  const objects = [
    [of(SECRET_TYPE).length, "Secret"],
    [of(CONFIG_MAP).length, "ConfigMap"],
  ] as const;
  const known = [
    ...releases,
    ...resources.flatMap((each) => {
      const holds = heldBy(each);
      if (holds === undefined) return [];
      return [`${kindOf(each)} ${nameOf(each, "before") ?? each.name} with ${holds}`];
    }),
    ...objects.flatMap(([number, kind]) => (number > 0 ? [count(number, kind)] : [])),
  ];
  return listed([...known, "whatever others have put there"]);
}

/** Helm releases with data that are uninstalled, unless their namespace is deleted anyway. */
export function lostReleases(plan: Plan): Loss[] {
  const namespaces = namesOfLostNamespaces(plan);
  return plan.resources
    .filter((each) => each.type === RELEASE && isLost(each))
    .filter((each) => !namespaces.has(namespaceOf(each, "before")))
    .flatMap((release) => {
      const fate = fateOf(release);
      if (fate === undefined) return [];
      const name = nameOf(release, "before") ?? release.name;
      const namespace = namespaceOf(release, "before");
      const where = namespace === undefined ? "" : ` in namespace ${namespace}`;
      const what =
        release.operation === "replace" ? "is uninstalled and installed again" : "is uninstalled";
      return [
        {
          text: `Helm release ${name}${where} ${what}: ${fate}.`,
          todo: "Back up its data first, if it is still needed.",
        },
      ];
    });
}

/** Clause on what happens to a release's data; undefined if it has none. */
function fateOf(release: PlannedResource): string | undefined {
  const volumes = volumesOf(release);
  if (volumes === undefined) return "what data it has is not known";
  const { statefulSets, claims } = volumes;
  const parts = [
    ...(claims.length > 0
      ? [
          `the data of persistent volume claim${claims.length > 1 ? "s" : ""} ${listed(claims)} is lost`,
        ]
      : []),
    ...(statefulSets.length > 0
      ? [
          `the volumes of StatefulSet${statefulSets.length > 1 ? "s" : ""} ${listed(statefulSets)} stay behind without it`,
        ]
      : []),
  ];
  return parts.length === 0 ? undefined : parts.join(", and ");
}

/** Objects of a release that keep data in persistent volumes. */
interface Volumes {
  /** Their claims do not belong to the release: Kubernetes creates them, and keeps them when it is uninstalled. */
  readonly statefulSets: readonly string[];
  /** Claims that are deleted with the release. */
  readonly claims: readonly string[];
}

/** Volumes of a release; undefined if the state does not list its objects. */
function volumesOf({ before }: PlannedResource): Volumes | undefined {
  const statefulSets = before && objectsOf(before, "StatefulSet");
  const claims = before && objectsOf(before, "PersistentVolumeClaim");
  return statefulSets && claims && { statefulSets, claims };
}

/** Clause on a release's data; undefined if it has none. */
function dataOf(release: PlannedResource): string | undefined {
  const volumes = volumesOf(release);
  if (volumes === undefined) return "what data it has is not known";
  const { statefulSets, claims } = volumes;
  const parts = [
    ...statefulSets.map((name) => `StatefulSet ${name}`),
    ...claims.map((name) => `persistent volume claim ${name}`),
  ];
  return parts.length === 0 ? undefined : `with the data of ${listed(parts)}`;
}

/** Data of objects that are removed from a release that stays, such as a bundled database that another one replaces. */
export function lostVolumes(releases: readonly ReleaseChange[]): Loss[] {
  return releases
    .filter(({ operation }) => operation === "upgraded")
    .flatMap((release) => {
      const objects = "objects" in release.manifests ? release.manifests.objects : [];
      return objects.flatMap((object) => lossOf(object, release));
    });
}

function lossOf(
  { kind, name, operation, data }: ObjectChange,
  { name: release, namespace }: ReleaseChange,
): Loss[] {
  if (operation !== "removed" || data === undefined) return [];
  const where = isUnknown(namespace) ? "" : ` in namespace ${namespace}`;
  const subject = `Helm release ${release}${where} no longer has ${kind} ${name}`;
  const claims = `persistent volume claim${data.claims.length > 1 ? "s" : ""} ${listed(data.claims)}`;
  return data.isLost
    ? [
        {
          text: `${subject}: the data of ${claims} is lost.`,
          todo: "Back up its data first, if it is still needed.",
        },
      ]
    : [
        {
          text: `${subject}: its data stays behind in ${claims}, and nothing moves it to what replaces it.`,
          todo: "Back up its data first, and restore it where it belongs now, if it is still needed.",
        },
      ];
}

/**
 * Objects that are deleted with everything that their operator has created from them, unless their namespace is deleted
 * anyway.
 */
export function lostOperated(plan: Plan): Loss[] {
  const namespaces = namesOfLostNamespaces(plan);
  return plan.resources
    .filter((each) => isLost(each) && !namespaces.has(namespaceOf(each, "before")))
    .flatMap((service): Loss[] => {
      const holds = heldBy(service);
      if (holds === undefined) return [];
      const name = nameOf(service, "before") ?? service.name;
      const namespace = namespaceOf(service, "before");
      const where = namespace === undefined ? "" : ` in namespace ${namespace}`;
      const isReplaced = service.operation === "replace";
      return [
        {
          text: `${kindOf(service)} ${name}${where} is ${isReplaced ? "replaced" : "deleted"}, and ${holds} that the Operator has created from it is deleted${isReplaced ? " before it is created again" : ""}.`,
          todo: isReplaced
            ? "Keep its name, its namespace and its kind, so that it is updated."
            : "Keep it; if others are to deploy it from now on, make Pulumi forget it first (`pulumi state delete`).",
        },
      ];
    });
}
