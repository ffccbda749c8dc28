import { delimiter } from "node:path";
import { ensureToolchain } from "../../toolchain";
import { FOREIGN_PASSPHRASE, chooseCluster, paths, run, settings } from "./environment";

/** Prints the environment of the dev stack for a shell: eval "$(make env)". */
async function main(): Promise<void> {
  const environment = settings(await ensureToolchain(["pulumi"]), chooseCluster(process.env));
  const found = (environment.PATH ?? process.env.PATH ?? "").split(delimiter);
  const PATH = [paths.bin, ...found.filter((folder) => folder !== paths.bin)].join(delimiter);
  process.stdout.write(`unset ${FOREIGN_PASSPHRASE}\n`);
  for (const [name, value] of Object.entries({ ...environment, PATH })) {
    process.stdout.write(`export ${name}='${value.replaceAll("'", `'\\''`)}'\n`);
  }
}

run(main);
