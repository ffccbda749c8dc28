/**
 * Returns the stack whose name clashes with another one's in a PostgreSQL backend, up to and including Pulumi 3.256.
 *
 * The backend looks a stack up with `LIKE '…/<name>%'`, in which `_` stands for any character. If that finds another stack
 * than the one with this name, commands end with a Go panic, `pulumi stack ls` and `pulumi stack rm` included
 * (backend/diy/postgres/bucket.go, ListPaged).
 *
 * @param existing names of the project's stacks in the backend.
 * @param url the backend's URL.
 */
export function clashOf(
  name: string,
  existing: Iterable<string>,
  url: string | undefined,
): string | undefined {
  if (url?.startsWith("postgres://") !== true) return undefined;
  return [...existing].find((other) => misleads(name, other) || misleads(other, name));
}

/** Whether a lookup of one stack finds the other, although the other's name does not begin with the first one's. */
function misleads(name: string, other: string): boolean {
  const pattern = name.replace(/[^\w-]/g, "\\$&").replaceAll("_", ".");
  return new RegExp(`^${pattern}`).test(other) && !other.startsWith(name);
}

/** Describes a clash and what to do. */
export function describeClash(name: string, other: string): string {
  return `a PostgreSQL backend cannot hold both ${name} and ${other}, because it takes _ for any character, and Pulumi could then read neither: rename one of them without _`;
}
