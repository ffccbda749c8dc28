import { posix } from "node:path";

/** A project's folder in the repository. */
export interface Project {
  /** From the repository's root; "" for the root itself. */
  readonly directory: string;
  readonly stacks: readonly StackReferences[];
}

export interface StackReferences {
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
