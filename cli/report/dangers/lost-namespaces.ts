import { count } from "../../../verify/print";
import type { Plan, PlannedResource } from "../plan";
import type { Loss } from "./loss";
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
  stays,
} from "./objects";
import { grouped, listed } from "../words";
import { dataOf } from "./release-data";

/** Namespaces that are deleted, with everything in them that the plan knows. */
export function lostNamespaces({ resources }: Plan): Loss[] {
  const lost = resources.filter((each) => each.type === NAMESPACE && isLost(each));
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
export function namesOfLostNamespaces({ resources }: Plan): ReadonlySet<string | undefined> {
  const lost = resources.filter((each) => each.type === NAMESPACE && isLost(each));
  return new Set(lost.map((each) => nameOf(each, "before")));
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
