import type { Plan, PlannedResource } from "../plan";
import type { Loss } from "./loss";
import { RELEASE, SECRET_TYPE, isLost, nameOf, stays } from "./objects";

/**
 * Passwords that change while their release stays. Databases that charts bundle set their password only when their
 * volume is first created (bitnami postgresql 15.4.1).
 */
export function lostPasswords({ resources }: Plan): Loss[] {
  const lost = resources.filter(
    (each) => each.type === "random:index/randomPassword:RandomPassword" && isLost(each),
  );
  if (lost.length === 0) return [];
  const users = usersOf(resources.filter((each) => each.type === RELEASE && stays(each)));
  const secrets = usersOf(resources.filter(({ type }) => type === SECRET_TYPE));
  return lost.flatMap((password) => {
    const holders = [password, ...(secrets.get(password.urn) ?? [])];
    const releases = new Set(holders.flatMap(({ urn }) => users.get(urn) ?? []));
    const verb = password.operation === "replace" ? "replaced" : "deleted";
    return [...releases].map((release) => ({
      text: `Password ${password.name} is ${verb} while Helm release ${nameOf(release, "before") ?? release.name} stays: a database that was set up with it still requires it, and nobody has it any longer.`,
      todo: "Keep it, or change the password in the database by hand at the same time; read it from its Secret first.",
    }));
  });
}

/** Resources by the URNs that they depend on. */
function usersOf(resources: readonly PlannedResource[]) {
  const users = new Map<string, PlannedResource[]>();
  for (const resource of resources) {
    for (const urn of new Set(Object.values(resource.before?.dependencies ?? {}).flat())) {
      users.set(urn, [...(users.get(urn) ?? []), resource]);
    }
  }
  return users;
}
