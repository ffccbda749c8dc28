import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { Command } from "commander";
import { stringify } from "yaml";
import { say } from "../../../command/say";
import { exportText } from "../../../export/command";
import { saveExport } from "../../../export/save";
import { readStackConfig, readStackFolder, selectStacks } from "../stack-folder";
import { assertComplete } from "./missing";
import { OPTIONS, secretsOf, type Settings } from "./options";
import { resyncOf } from "./resync";
import { stackObjects, type StackObject } from "./stack-object";

interface Options extends Settings {
  readonly directory: string;
  readonly select?: readonly string[];
  readonly resync?: number;
  readonly to?: string;
  readonly force?: true;
}

export const manifests = new Command("manifests")
  .description(
    "Writes the stacks as resources of the Pulumi Kubernetes Operator, which then updates them and renews their certificates.",
  )
  .option("-C, --directory <path>", "the folder of Pulumi.yaml and Pulumi.<stack>.yaml", ".")
  .option("-s, --select <name...>", "only these stacks; * matches any text, ? any character");
for (const option of OPTIONS) manifests.addOption(option);
manifests
  .option("--to <dir>", "the directory for a file per stack (default: standard output)")
  .option("--force", "replace files that no export wrote, or that have been changed since")
  .addHelpText(
    "after",
    "\nManifests contain names of Secrets, never their content.\nExit status: 0 the manifests were written or unchanged, 2 something is missing or wrong.",
  )
  .action((options: Options) => write(options, objectsOf(options)));

/** @throws CannotStart if the operator could not run the stacks. */
function objectsOf(options: Options): StackObject[] {
  const directory = resolve(options.directory);
  const folder = readStackFolder(directory);
  const stacks = selectStacks(folder.stacks, options.select);
  const repoDir = options.repoDir ?? folderInRepository(directory);
  const settings = { ...options, ...(repoDir !== "" && { repoDir }) };
  assertComplete(stacks, settings);
  const configs = stacks.map(({ name }) => readStackConfig(directory, name));
  return stackObjects(stacks, settings, resyncOf(configs, options.resync));
}

/** Returns the path of a folder in the repository that contains it; empty for the root, or without a repository. */
function folderInRepository(directory: string): string {
  for (let root = directory; ; root = dirname(root)) {
    if (existsSync(join(root, ".git"))) return relative(root, directory).split(sep).join("/");
    if (root === dirname(root)) return "";
  }
}

function write(options: Options, objects: readonly StackObject[]): void {
  const { to, force = false, preview, serviceAccount } = options;
  const texts = objects.map((object) => `${NOTE}${stringify(object, { lineWidth: 0 })}`);
  if (to === undefined) {
    say(texts.join("---\n"));
    return;
  }
  const files = objects.map(({ metadata }, position) => ({
    path: `${metadata.name}.yaml`,
    content: texts[position] ?? "",
    isSecret: false,
  }));
  // Previews can be in the same directory. kubectl would take a record that ends in .json for a manifest.
  const record = preview ? ".countersign-fleet-preview" : ".countersign-fleet";
  const saved = saveExport(to, files, { record, force });
  const needed = [`ServiceAccount ${serviceAccount}`, ...secretsOf(options)].join(", Secret ");
  const next = [`create ${needed} (docs/operator.md)`, `kubectl apply -f ${to}`];
  say(exportText("the Pulumi Kubernetes Operator", saved, to, next));
}

const NOTE = "# Written by countersign fleet manifests: change its options instead.\n";
