import { posix } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { sectionsOf } from "../../config";
import { pathsIn } from "../../config/paths";
import { COMMANDS } from "../../systems/commands";

const config = z.record(z.string(), z.unknown());
const stackFile = z.object({ config });

/** Returns the file's configuration. Anything invalid is left to the program, which reports it with its key. */
function configOf(file: unknown): Readonly<Record<string, unknown>> {
  return stackFile.safeParse(file).data?.config ?? {};
}

/** Returns a section, which `pulumi config set` may also have written as one text. */
function sectionOf(file: unknown, name: string): unknown {
  const section = configOf(file)[`countersign:${name}`];
  if (typeof section !== "string") return section;
  try {
    return parse(section) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Returns the files and folders that a stack's configuration names according to its schema: charts, manifests, requests
 * and certificates in files, and any other path.
 *
 * @param file the stack file's content.
 * @param directory the project's folder, from the repository's root; "" for the root itself.
 * @returns paths from the repository's root, without a slash at the end; "" is the root itself.
 */
export function referencesOf(file: unknown, directory: string): readonly string[] {
  const fromRoot = Object.entries(sectionsOf(COMMANDS))
    .flatMap(([name, schema]) => pathsIn(schema, sectionOf(file, name)))
    // Files outside of the repository do not change with it.
    .filter((path) => !posix.isAbsolute(path))
    .map((path) => posix.join(directory, path).replace(/\/+$/, ""))
    .map((path) => (path === "." ? "" : path));
  return [...new Set(fromRoot)];
}

const organization = z.object({
  hostname: z.unknown().optional(),
  certificate: z.unknown().optional(),
});
const organizations = z.record(z.string(), organization.catch({})).catch({});

/**
 * Whether a stack may publish other certificate requests than before: an organization is new, or a setting that its
 * request depends on has changed.
 *
 * @param before the stack file's earlier content; undefined if there was none.
 */
export function asksAnew(before: unknown, now: unknown): boolean {
  const was = organizations.parse(sectionOf(before, "organizations"));
  const is = organizations.parse(sectionOf(now, "organizations"));
  return Object.entries(is).some(([mspId, own]) => {
    const old = was[mspId];
    return old === undefined || facts(own) !== facts(old);
  });
}

function facts({ hostname, certificate }: z.infer<typeof organization>): string {
  return JSON.stringify([hostname, certificate]);
}
