import { Command, CommanderError } from "commander";
import { choreo } from "./choreo/command";
import { choreoConnect } from "./choreo-connect/command";
import { enroll } from "./enroll/command";
import { CannotCheck } from "./failure";
import { fleet } from "./fleet/command";
import { report } from "./report/command";
import { UnreadableFile } from "../host";
import { spinnaker } from "./spinnaker/command";
import { verify } from "./verify/command";
import { complain } from "./say";

const program = new Command("countersign")
  .description("Looks after the certificates that a Countersign stack deployed.")
  .addCommand(verify)
  .addCommand(enroll)
  .addCommand(fleet)
  .addCommand(report)
  .addCommand(spinnaker)
  .addCommand(choreo)
  .addCommand(choreoConnect);

// A command that was called wrongly has checked nothing, which is not the same as a check that fails.
for (const command of [program, ...program.commands]) command.exitOverride();

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  // A stack trace is for our own mistakes only.
  const isExpected = error instanceof CannotCheck || error instanceof UnreadableFile;
  const text = error instanceof Error && !isExpected ? error.stack : undefined;
  complain(`${text ?? (error instanceof Error ? error.message : String(error))}\n`);
  process.exitCode = 2;
});
