import { posix } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { sectionsOf } from "../../config";
import { pathsIn } from "../../config/paths";
import { COMMANDS } from "../../systems/commands";

/** A project's folder in the repository. */
export interface Project {
  /** From the repository's root; "" for the root itself. */
  readonly directory: string;
  readonly stacks: readonly StackReferences[];
}

interface StackReferences {
  readonly name: string;
  /** Files and folders that its configuration names, from the repository's root. */
  readonly references: readonly string[];
}

/** Folders without any file that stacks are deployed from, except for charts that a stack names. */
const NO_PROGRAM = [
  ".ci",
  ".github",
  "bench",
  "charts",
  "cli",
  "command",
  "docs",
  "examples",
  "export",
  "local",
  "packaging",
  "test",
  "toolchain",
  "verify",
];
/** Files of a system that belong to the command. */
const SYSTEM_COMMAND = /^systems\/[^/]+\/(command\.ts$|(enroll|export|verify)\/)/;
const NO_PROGRAM_FILE =
  /(^|\/)(LICENSE|Makefile|\.editorconfig|\.gitignore|\.mocharc\.json|\.npmrc|\.prettierignore|\.prettierrc\.json|eslint\.config\.mjs)$|\.md$/;
/** Files that compile the program, although their folder is listed above. */
const COMPILER = /^toolchain\/(compiled\.cjs|tsconfig\.(build|program)\.json)$/;
const STACK_FILE = /^Pulumi\.(.+)\.yaml$/;

/**
 * Returns the stacks that are deployed from any of these files: it is their stack file, a file that the stack file
 * names, or a file of the program. An unknown file counts as the program's: a preview too many is harmless, one too few
 * is not.
 *
 * @param files paths from the repository's root.
 * @returns names, in the project's order.
 */
export function changedStacks(files: readonly string[], project: Project): readonly string[] {
  const changed = new Set(files.flatMap((file) => stacksOf(file, project)));
  return project.stacks.map(({ name }) => name).filter((name) => changed.has(name));
}

/** Returns the stacks whose stack file is gone, although that does not mean that they are no longer deployed. */
export function removedStacks(files: readonly string[], project: Project): readonly string[] {
  const known = new Set(project.stacks.map(({ name }) => name));
  return files
    .map((file) => stackOfFile(file, project.directory))
    .filter((name) => name !== undefined && !known.has(name)) as readonly string[];
}

function stacksOf(file: string, { directory, stacks }: Project): readonly string[] {
  const own = stackOfFile(file, directory);
  if (own !== undefined) return [own];
  const naming = stacks.filter(({ references }) => references.some((path) => isIn(file, path)));
  const isOthers = naming.length === 0 && isProgram(file, directory);
  const concerned = isOthers ? stacks : [...naming, ...stacks.filter(namesRoot)];
  return concerned.map(({ name }) => name);
}

function stackOfFile(file: string, directory: string): string | undefined {
  const path = posix.relative(directory, file);
  return path.includes("/") ? undefined : STACK_FILE.exec(path)?.[1];
}

function isProgram(file: string, directory: string): boolean {
  if (COMPILER.test(file)) return true;
  if (SYSTEM_COMMAND.test(file)) return false;
  if (NO_PROGRAM_FILE.test(file) || STACK_FILE.test(posix.basename(file))) return false;
  // Files that organizations exchange count only for the stacks that name them.
  if (isIn(file, posix.join(directory, "enrollments"))) return false;
  if (directory !== "" && isIn(file, directory)) return true;
  return !NO_PROGRAM.some((folder) => isIn(file, folder));
}

/** Whether the stack names the whole repository, which does not tell which files are its own. */
function namesRoot({ references }: StackReferences): boolean {
  return references.includes("");
}

function isIn(file: string, path: string): boolean {
  return file === path || file.startsWith(`${path}/`);
}

const config = z.record(z.string(), z.unknown());
const stackFile = z.object({ config });

/**
 * Returns a section, which `pulumi config set` may also have written as one text. Anything invalid is left to the
 * program, which reports it with its key.
 */
function sectionOf(file: unknown, name: string): unknown {
  const section = stackFile.safeParse(file).data?.config[`countersign:${name}`];
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
