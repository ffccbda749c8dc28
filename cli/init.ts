import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { Argument, Command } from "commander";
import { CannotCheck, messageOf } from "../command/failure";
import { LIMITS, readFileText } from "../host";
import { say } from "../command/say";

/** Folder with a folder of files for each kind of project, which are templates for `pulumi new` as well. */
export const TEMPLATES = join(
  dirname(createRequire(__filename).resolve("countersign/package.json")),
  "templates",
);

const STACK_FILE = "Pulumi.dev.yaml";

interface Project {
  /** Kind of the project: the name of a template. */
  readonly kind: string;
  /** Folder that is written to. */
  readonly directory: string;
  /** Name of the project. @default - the folder's name */
  readonly name?: string | undefined;
  /** Name of its first stack. */
  readonly stack: string;
  /** Version of the package. */
  readonly version: string;
}

export function kinds(templates = TEMPLATES): string[] {
  return readdirSync(templates).sort();
}

/**
 * Writes the files of a new project. Existing files are left alone: if one is in the way, nothing is written.
 *
 * @returns the names of the files.
 * @throws CannotCheck
 */
export function writeProject(project: Project, templates = TEMPLATES): readonly string[] {
  const { directory } = project;
  const files = filesOf(project, templates);
  const taken = files.filter(({ name }) => existsSync(join(directory, name)));
  if (taken.length > 0) {
    const names = taken.map(({ name }) => join(directory, name)).join(", ");
    throw new CannotCheck(
      `nothing was written: ${names} ${taken.length === 1 ? "exists" : "exist"}. Choose an empty folder with --to`,
    );
  }
  try {
    mkdirSync(directory, { recursive: true });
    // A file that appears meanwhile is not overwritten either.
    for (const { name, content } of files)
      writeFileSync(join(directory, name), content, { flag: "wx" });
  } catch (error) {
    throw new CannotCheck(`the project cannot be written: ${messageOf(error)}`);
  }
  return files.map(({ name }) => name);
}

interface ProjectFile {
  readonly name: string;
  readonly content: string;
}

function filesOf(project: Project, templates: string): ProjectFile[] {
  const { kind, directory, stack, version } = project;
  const folder = join(templates, kind);
  const name = project.name ?? projectName(directory);
  if (!NAME.test(stack)) {
    throw new CannotCheck(
      `${JSON.stringify(stack)} cannot be the name of a stack: Pulumi accepts 1 to 100 letters, digits, hyphens, underscores and dots`,
    );
  }
  if (!NAME.test(name)) {
    throw new CannotCheck(
      `${JSON.stringify(name)} cannot be the name of a project: Pulumi accepts 1 to 100 letters, digits, hyphens, underscores and dots. Choose one with --name`,
    );
  }
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const text = readFileText(join(folder, file), { limit: LIMITS.config });
      if (file === STACK_FILE) return { name: `Pulumi.${stack}.yaml`, content: text };
      if (file === "Pulumi.yaml") return { name: file, content: projectFile(text, name) };
      return {
        name: file,
        content: text
          .replace("${PROJECT}", name.toLowerCase())
          .replace(/("countersign": )"[^"]+"/, `$1"^${version}"`),
      };
    });
}

/** Rule for names of projects and stacks (Pulumi, sdk/go/common/tokens). */
const NAME = /^[A-Za-z\d_.-]{1,100}$/;

/** Derives a name from the folder's. */
function projectName(directory: string): string {
  return basename(resolve(directory)).replace(/[^A-Za-z\d_.-]+/g, "-") || "countersign";
}

/** Returns a template's `Pulumi.yaml` as that of a project: with its name, and without the part for `pulumi new`. */
function projectFile(text: string, name: string): string {
  const document = parseDocument(text);
  document.set("name", name);
  document.set("description", document.getIn(["template", "description"]));
  document.delete("template");
  return document.toString({ lineWidth: 0 });
}

interface Options {
  readonly to: string;
  readonly name?: string;
  readonly stack: string;
}

/**
 * Creates the command `init`.
 *
 * @param version version of the package, on which the project then depends.
 */
export function initCommand(version: string): Command {
  return new Command("init")
    .description(
      "Writes a new project: Pulumi.yaml, package.json, and the file of its first stack.",
    )
    .addArgument(new Argument("<kind>", "what the project is for").choices(kinds()))
    .option("--to <directory>", "folder of the project", ".")
    .option("--name <name>", "name of the project (default: the folder's name)")
    .option("--stack <name>", "name of its first stack", "dev")
    .action((kind: string, { to, name, stack }: Options) => {
      const files = writeProject({ kind, directory: to, name, stack, version });
      say(
        [
          `Wrote ${files.join(", ")} in ${to}. Edit Pulumi.${stack}.yaml, then run:`,
          "",
          ...(to === "." ? [] : [`  cd ${to}`]),
          "  npm install",
          `  pulumi stack init ${stack}`,
          `  pulumi up --stack ${stack}`,
          `  npx countersign verify --stack ${stack}`,
          "",
        ].join("\n"),
      );
    });
}
