import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { Command } from "commander";
import { stringify } from "yaml";
import { say } from "../../../command/say";
import { LEAF_HOURS, lifetime } from "../../../config/certificate-fields";
import { durationOf, hoursOf } from "../../../config/fields";
import { exportText } from "../../../export/command";
import { saveExport } from "../../../export/save";
import { CannotStart } from "../failure";
import { readStackConfig, readStackFolder, selectStacks, type StackFile } from "../stack-folder";
import { OPTIONS, secretsOf, type Settings } from "./options";
import { stackObjects, type StackObject } from "./stack-object";

/**
 * Checks that a pod has what a person has in the environment.
 *
 * @throws CannotStart if something is missing.
 */
function assertComplete(stacks: readonly StackFile[], settings: Settings): void {
  const { backend, env, kubeconfig } = settings;
  const has = (variable: string) => env?.has(variable) ?? false;
  if (backend === undefined && !has("PULUMI_BACKEND_URL")) {
    throw new CannotStart(
      "give the stacks' backend, with --backend <url> or --env PULUMI_BACKEND_URL=<secret>/<key>: the operator's own default is Pulumi Cloud",
    );
  }
  if (backend !== undefined && has("PULUMI_BACKEND_URL")) {
    throw new CannotStart("--backend and --env PULUMI_BACKEND_URL both name the backend: give one");
  }
  if (kubeconfig && has("KUBECONFIG")) {
    throw new CannotStart(
      "--kubeconfig and --env KUBECONFIG both set KUBECONFIG: give --kubeconfig",
    );
  }
  const isCloud = backend !== undefined && /^https?:/.test(backend);
  if (isCloud && !has("PULUMI_ACCESS_TOKEN")) {
    throw new CannotStart(
      `--backend ${backend} needs an access token: give --env PULUMI_ACCESS_TOKEN=<secret>/<key>`,
    );
  }
  for (const { name, secretsProvider = "passphrase", cluster } of stacks) {
    const isEncrypted = backend !== undefined && !isCloud && secretsProvider === "passphrase";
    if (isEncrypted && !has("PULUMI_CONFIG_PASSPHRASE")) {
      throw new CannotStart(
        `stack ${name} is encrypted with a passphrase: give --env PULUMI_CONFIG_PASSPHRASE=<secret>/<key>, with {stack} in the key if stacks have their own`,
      );
    }
    if (cluster?.context !== undefined && !kubeconfig) {
      throw new CannotStart(
        `stack ${name} is deployed to the context ${cluster.context}, which a pod knows only from a kubeconfig: give --kubeconfig <secret>/<key>`,
      );
    }
  }
}

/** Shortest time between two updates that the operator accepts (`resyncFreq`, 2.9.0), in seconds. */
const SHORTEST = 60;
const USUAL = 3600;

/**
 * Returns the time between two updates of a stack, in seconds. A renewal takes two of them: one in which the certificate
 * is signed, and one in which it is deployed. At least as much time is left to repair what fails.
 *
 * @param configs configurations of the stacks.
 * @param wanted @default - an hour, or less for certificates that are renewed later than 4 hours before they expire
 * @throws CannotStart if certificates might expire in the meantime.
 */
function resyncOf(configs: readonly unknown[], wanted?: number): number {
  const hours = Math.min(...configs.flatMap(renewalsIn), renewal({}));
  const longest = Math.max(SHORTEST, (hours * 3600) / 4);
  if (wanted !== undefined && wanted > longest) {
    throw new CannotStart(
      `--resync ${textOf(wanted)} is too long: the shortest renewBefore of these stacks is ${durationOf(hours)}, and a renewal takes two updates; give at most ${textOf(longest)}, a quarter, so that there is time to repair a failure`,
    );
  }
  return wanted ?? Math.min(USUAL, longest);
}

function textOf(seconds: number): string {
  return seconds % 3600 === 0 ? durationOf(seconds / 3600) : `${seconds / 60}m`;
}

/** Returns how many hours before their expiry the certificates of a configuration are renewed. */
function renewalsIn(value: unknown): number[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "validity" in value || "renewBefore" in value ? [renewal(value)] : [];
  return [...own, ...Object.values(value).flatMap(renewalsIn)];
}

function renewal({ validity, renewBefore }: { validity?: unknown; renewBefore?: unknown }): number {
  const given = { validity: hours(validity) ?? LEAF_HOURS, renewBefore: hours(renewBefore) };
  return lifetime(given, () => undefined).renewBeforeHours;
}

/** Invalid values are ignored: the program reports what is wrong, with the key. */
function hours(value: unknown): number | undefined {
  return typeof value === "string" ? hoursOf(value) : undefined;
}

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
