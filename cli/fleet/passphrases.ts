import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { CannotStart } from "./failure";

/**
 * Creates a function that returns each stack's own variables for the environment of the Pulumi CLI, which name the file
 * of its passphrase.
 *
 * A passphrase in the environment would override any file, so it is removed from this process's environment and
 * passed only to stacks without a file of their own.
 *
 * @param folder folder of passphrase files, each with its stack's name. @default - all stacks use the environment's
 * @throws CannotStart if the folder is missing, or if others may use one of its files.
 */
export function passphrasesOf(
  folder: string | undefined,
  stacks: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): (stack: string) => Record<string, string> {
  if (folder === undefined) return () => ({});
  if (!existsSync(folder))
    throw new CannotStart(`--passphrase-files: there is no folder ${folder}`);
  const files = new Map(
    stacks
      .map((stack) => [stack, resolve(join(folder, stack))] as const)
      .filter(([, file]) => existsSync(file)),
  );
  for (const file of files.values()) assertPrivate(file);

  const { PULUMI_CONFIG_PASSPHRASE: shared } = environment;
  delete environment.PULUMI_CONFIG_PASSPHRASE;
  return (stack) => {
    const file = files.get(stack);
    if (file !== undefined) return { PULUMI_CONFIG_PASSPHRASE_FILE: file };
    return shared === undefined ? {} : { PULUMI_CONFIG_PASSPHRASE: shared };
  };
}

function assertPrivate(file: string): void {
  const status = statSync(file);
  if (!status.isFile()) throw new CannotStart(`--passphrase-files: ${file} is not a file`);
  if ((status.mode & 0o077) === 0) return;
  const mode = (status.mode & 0o777).toString(8);
  throw new CannotStart(
    `--passphrase-files: users other than its owner may access ${file} (mode ${mode}); run \`chmod 600\` on it`,
  );
}
