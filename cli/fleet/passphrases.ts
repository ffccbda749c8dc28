import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { CannotStart } from "./failure";

/**
 * Tells what is particular to each stack in the environment of the Pulumi CLI: its passphrase's file.
 *
 * A passphrase in the environment would win over any file, so it is taken out of this process's environment and
 * given only to stacks without a file of their own.
 *
 * @param folder of passphrase files, each with the name of its stack. @default - all stacks use the environment's
 * @throws CannotStart if the folder is missing, or others may read one of its files.
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
  if (!status.isFile()) throw new CannotStart(`--passphrase-files: ${file} is no file`);
  if ((status.mode & 0o077) === 0) return;
  const mode = (status.mode & 0o777).toString(8);
  throw new CannotStart(
    `--passphrase-files: others than its owner may use ${file} (mode ${mode}); \`chmod 600\` it`,
  );
}
