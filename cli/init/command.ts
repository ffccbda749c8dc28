import { Argument, Command } from "commander";
import { say } from "../../command/say";
import { kinds, writeProject } from "./project";

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
