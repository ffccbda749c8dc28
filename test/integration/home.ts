import { mkdirSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Returns the environment of a person with a separate home directory and folders for temporary files. The tools' cache
 * and the installed Pulumi providers are shared; which stack is selected is not.
 *
 * @param environment environment of the tools.
 */
export function homeIn(
  folder: string,
  environment: Readonly<Record<string, string>>,
): Record<string, string> {
  const home = join(folder, "home");
  const own = {
    HOME: home,
    PULUMI_HOME: join(home, ".pulumi"),
    TMPDIR: join(folder, "tmp"),
    XDG_RUNTIME_DIR: join(folder, "run"),
  };
  for (const each of Object.values(own)) mkdirSync(each, { recursive: true, mode: 0o700 });
  const { PULUMI_HOME = process.env.PULUMI_HOME ?? join(homedir(), ".pulumi") } = environment;
  symlinkSync(join(PULUMI_HOME, "plugins"), join(own.PULUMI_HOME, "plugins"));
  return { ...own, XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache") };
}
