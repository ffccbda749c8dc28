import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { TestStack } from "../stack";

const VERSION = "5.3.1";
const OLDER = "5.3.0";

/** Turns the state into one that the previous version of provider tls left. */
export async function madeByOlderProvider(stack: TestStack): Promise<void> {
  const named = (version: string) => `default_${version.replaceAll(".", "_")}`;
  await stack.edit((state) => {
    const text = JSON.stringify(state.resources)
      .replaceAll(named(VERSION), named(OLDER))
      .replaceAll(`"version":"${VERSION}"`, `"version":"${OLDER}"`);
    Object.assign(state, { resources: JSON.parse(text) as unknown });
  });
}

/**
 * Returns an environment in which Pulumi also finds a plugin of that version: the same program, which it never calls.
 */
export function withOlderProvider({ directory, environment }: TestStack): Record<string, string> {
  const known = join(environment.PULUMI_HOME ?? "", "plugins");
  const home = join(directory, "pulumi-home");
  for (const plugin of readdirSync(known)) {
    linkFiles(join(known, plugin), join(home, "plugins", plugin));
    if (plugin !== `resource-tls-v${VERSION}`) continue;
    linkFiles(join(known, plugin), join(home, "plugins", `resource-tls-v${OLDER}`));
  }
  return { PULUMI_HOME: home };
}

/** Links files one by one, since Pulumi looks for plugins in folders, but not behind links to folders. */
function linkFiles(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) symlinkSync(join(from, name), join(to, name));
}
