import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { TestStack } from "../stack";

const VERSION = "tls-v5.3.1";
const NEXT = "tls-v5.3.2";

/** An environment in which the SDK asks for the next version of provider tls, and Pulumi has it. */
export function newerProvider({ directory, environment }: TestStack): Record<string, string> {
  const known = join(environment.PULUMI_HOME ?? "", "plugins");
  const home = join(directory, "pulumi-home");
  for (const plugin of readdirSync(known)) {
    linkFiles(join(known, plugin), join(home, "plugins", plugin.replace(VERSION, NEXT)));
  }
  const utilities = resolve("node_modules/@pulumi/tls/utilities.js");
  const preload = join(directory, "next-version.cjs");
  writeFileSync(
    preload,
    `const utilities = require(${JSON.stringify(utilities)});
const defaults = utilities.resourceOptsDefaults;
utilities.resourceOptsDefaults = () => ({ ...defaults(), version: "5.3.2" });
`,
  );
  return { PULUMI_HOME: home, NODE_OPTIONS: `--require ${preload}` };
}

/** Pulumi looks for plugins in folders, and not behind links to folders. */
function linkFiles(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) symlinkSync(join(from, name), join(to, name));
}
