import { Command } from "commander";
import { CannotCheck } from "../../command/failure";
import { complain, say, sayJson } from "../../command/say";
import { readStackDocument } from "../../command/stack-outputs";
import { ConfigError } from "../../config/problems";
import { PrivateKeyFound } from "../../enrollment/files";
import { COMMANDS } from "../../systems/commands";
import { exportCommand } from "./export-command";
import { readInputs, save, type Input } from "./files";
import { identify } from "./identify";
import { judgeAdmission, type Circumstances } from "./judge-admission";
import { judgeRequest } from "./judge-request";
import { isRefused, type Verdict } from "./review";
import { importJson, importText, type Outcome } from "./screen";
import { configFileOf, readExchangeConfig } from "./stack-config";

/** Systems whose parties exchange requests and certificates as files. */
export const EXCHANGES = COMMANDS.flatMap(({ exchange }) => exchange ?? []);

interface Options {
  readonly stack?: string;
  readonly configFile?: string;
  readonly outputs?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

const importCommand = new Command("import")
  .description(
    "Checks files that were received from the other side as the stack will check them, shows what a reviewer must see, and writes them to the places that the stack's configuration names.",
  )
  .argument("<paths...>", "files, or directories with files; - is standard input")
  .option("-s, --stack <name>", "the Pulumi stack, for its configuration file")
  .option("--config-file <file>", "its configuration (default: Pulumi.<stack>.yaml)")
  .option("--outputs <file>", "its outputs, to compare a certificate with its own request")
  .option("--dry-run", "only show what would be done")
  .option("--json", "print an object for programs")
  .addHelpText(
    "after",
    "\nExit status: 0 imported (or would be), 1 something is refused and nothing was written, 2 it could not be read.",
  )
  .action(async (paths: readonly string[], options: Options) => {
    try {
      const outcome = takeIn(
        readInputs(paths),
        {
          config: readExchangeConfig(configFile(options), EXCHANGES),
          project: process.cwd(),
          at: new Date(),
          ...(options.outputs !== undefined && {
            outputs: await readStackDocument({ kind: "file", path: options.outputs }),
          }),
        },
        options.dryRun === true,
      );
      if (options.json) sayJson(importJson(outcome));
      else say(importText(outcome));
      process.exitCode = isRefused(outcome.verdicts) ? 1 : 0;
    } catch (error) {
      if (error instanceof ConfigError) throw new CannotCheck(error.message);
      if (!(error instanceof PrivateKeyFound)) throw error;
      complain(`${error.message}. Nothing was imported.\n`);
      process.exitCode = 1;
    }
  });

export const enroll = new Command("enroll")
  .description("Transfers requests, certificates and CAs between stacks that share no backend.")
  .addCommand(exportCommand(EXCHANGES))
  .addCommand(importCommand);

function configFile({ stack, configFile: file }: Options): string {
  if (file !== undefined) return file;
  if (stack !== undefined) return configFileOf(stack);
  throw new CannotCheck("give the stack that imports the files: --stack NAME or --config-file");
}

/**
 * Decides on received files, and writes them to the places that the stack's configuration names, unless anything is
 * refused.
 *
 * @throws CannotCheck if they cannot be read or written.
 */
export function takeIn(
  inputs: readonly Input[],
  circumstances: Circumstances,
  dryRun: boolean,
): Outcome {
  const { config, project } = circumstances;
  const { found, leftOut } = identify(inputs, config.sides);
  if (found.length === 0) throw new CannotCheck("none of these files can be imported");
  const verdicts = found.map((each): Verdict =>
    each.kind === "request"
      ? judgeRequest(each, config.path, project)
      : judgeAdmission(each, circumstances),
  );
  const files = verdicts.flatMap((each) => (each.decision === "accepted" ? each.files : []));
  const saved = isRefused(verdicts) ? [] : save(files, project, dryRun);
  return { verdicts, leftOut, saved, dryRun };
}
