import { Command } from "commander";
import { readAnyOutputs } from "../../command/stack-outputs";
import { exportCommand } from "./export/export-command";
import { readChoreo } from "./outputs";
import { planJson, planText } from "./export/plan-text";
import { say, sayJson } from "../../command/say";

interface Options {
  readonly stack?: string;
  readonly json?: true;
}

const plan = new Command("plan")
  .description(
    "Shows what each component is given: in Choreo's console, what people enter there. Keys are shown as hashes.",
  )
  .option("-s, --stack <name>", "the Pulumi stack (default: the selected one)")
  .option("--json", "print an array for programs")
  .action(async ({ stack: name, json }: Options) => {
    const { origin, content } = await readAnyOutputs({ kind: "stack", name });
    const outputs = readChoreo(content, origin);
    if (json) sayJson(planJson(outputs));
    else say(planText(outputs));
  });

export const choreo = new Command("choreo")
  .description("What the components of a Choreo project are given.")
  .addCommand(plan)
  .addCommand(exportCommand);
