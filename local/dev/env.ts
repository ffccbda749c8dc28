import { ensureToolchain } from "../../toolchain";
import { chooseCluster, settings } from "./environment";

/** Prints the environment of the dev stack for a shell: eval "$(make env)". */
async function main(): Promise<void> {
  const environment = settings(await ensureToolchain(["pulumi"]), chooseCluster(process.env));
  for (const [name, value] of Object.entries(environment)) {
    process.stdout.write(`export ${name}='${value.replaceAll("'", `'\\''`)}'\n`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
