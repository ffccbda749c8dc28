import { join } from "node:path";
import { Command } from "commander";
import { ensureToolchain } from "../toolchain";
import { controlPlaneStatus, startControlPlane, stopControlPlane } from "./control-plane";

interface Options {
  readonly directory: string;
}

const ordinary = join(__dirname, "..", ".countersign", "local");
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const command = new Command("local").description(
  "A Kubernetes control plane on this machine's loopback interface, with stand-in nodes and no containers.",
);

function subcommand(
  name: string,
  description: string,
  action: (o: Options) => Promise<void>,
): void {
  command
    .command(name)
    .description(description)
    .option("--directory <path>", "the directory of all its files", ordinary)
    .action(action);
}

subcommand("start", "start it, or the parts of it that are not running", async ({ directory }) => {
  const binaries = await ensureToolchain(["cluster"]);
  await startControlPlane({ directory, binaries, log: say });
});

subcommand("stop", "stop it and delete its data", async ({ directory }) => {
  await stopControlPlane(directory);
  say(`stopped; nothing is left in ${directory}`);
});

subcommand(
  "status",
  "report what is running; exits with 1 unless everything is",
  async ({ directory }) => {
    const status = await controlPlaneStatus(directory);
    say(status.server === undefined ? status.state : `${status.state}: ${status.server}`);
    for (const { name, pid, log } of status.components) {
      say(`  ${name.padEnd(24)} ${pid === undefined ? "not running" : `process ${pid}`}   ${log}`);
    }
    if (status.state !== "running") process.exitCode = 1;
  },
);

command.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
