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

/** Folders with nothing in them that a stack is deployed from. Charts are, where a stack names them. */
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
/** What of a system belongs to the command. */
const SYSTEM_COMMAND = /^systems\/[^/]+\/(command\.ts$|(enroll|export|verify)\/)/;
const NO_PROGRAM_FILE =
  /(^|\/)(LICENSE|Makefile|\.editorconfig|\.gitignore|\.mocharc\.json|\.npmrc|\.prettierignore|\.prettierrc\.json|eslint\.config\.mjs)$|\.md$/;
/** What compiles the program, though its folder is one of those above. */
const COMPILER = /^toolchain\/(compiled\.cjs|tsconfig\.(build|program)\.json)$/;
const STACK_FILE = /^Pulumi\.(.+)\.yaml$/;

/**
 * The stacks that are deployed from any of these files: by their own stack file, by what it names, or because the
 * file belongs to the program. A file of which nothing is known counts as the program's: a preview too many is
 * harmless, one too few is not.
 *
 * @param files paths from the repository's root.
 * @returns names, in the project's order.
 */
export function changedStacks(files: readonly string[], project: Project): readonly string[] {
  const changed = new Set(files.flatMap((file) => stacksOf(file, project)));
  return project.stacks.map(({ name }) => name).filter((name) => changed.has(name));
}

/** Stacks whose stack file is gone, though nobody has said that they are not deployed any more. */
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
  // What organizations exchange counts where a stack names it.
  if (isIn(file, posix.join(directory, "enrollments"))) return false;
  if (directory !== "" && isIn(file, directory)) return true;
  return !NO_PROGRAM.some((folder) => isIn(file, folder));
}

/** Whether it is deployed from the whole repository, which says nothing of whose a file is. */
function namesRoot({ references }: StackReferences): boolean {
  return references.includes("");
}

function isIn(file: string, path: string): boolean {
  return file === path || file.startsWith(`${path}/`);
}
