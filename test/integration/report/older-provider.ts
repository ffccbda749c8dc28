import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { TestStack } from "../stack";

const VERSION = "5.3.1";
const OLDER = "5.3.0";

/** Lets the state be one that the version before of provider tls left. */
export async function madeByOlderProvider(stack: TestStack): Promise<void> {
  const named = (version: string) => `default_${version.replaceAll(".", "_")}`;
  await stack.edit((state) => {
    const text = JSON.stringify(state.resources)
      .replaceAll(named(VERSION), named(OLDER))
      .replaceAll(`"version":"${VERSION}"`, `"version":"${OLDER}"`);
    Object.assign(state, { resources: JSON.parse(text) as unknown });
  });
}

/** An environment in which Pulumi has a plugin of that version too: the same program, which nothing is asked of. */
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

/** Pulumi looks for plugins in folders, and not behind links to folders. */
function linkFiles(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) symlinkSync(join(from, name), join(to, name));
}
