import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";

const tailLines = 20;
const needed = "1.26";

export interface GoCommand {
  readonly args: readonly string[];
  readonly cwd: string;
  /** File to which standard output is written instead of being returned. */
  readonly stdoutTo?: string;
}

/** Runs one go command in a wrapper module and returns what it printed. */
export async function go(command: GoCommand): Promise<string> {
  const child = spawn("go", command.args, {
    cwd: command.cwd,
    env: goEnvironment(process.env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ENOENT" ? new Error(missingGo) : error),
    );
    child.on("close", (code, signal) => resolve(signal ?? String(code)));
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));

  let output = "";
  const reading =
    command.stdoutTo === undefined
      ? Promise.resolve(
          child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text)),
        )
      : pipeline(child.stdout, createWriteStream(command.stdoutTo));
  const [status] = await Promise.all([ended, reading]);
  if (status !== "0") throw new Error(explain(command.args, status, errors));
  return output;
}

/**
 * Returns the environment of a go command. The user's own settings, such as a module proxy, stay. Settings that would
 * change the result do not: a go.work in a parent folder, flags that relax the checks against go.sum, and a C compiler,
 * which other machines may lack.
 */
export function goEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, GOWORK: "off", GOFLAGS: "-mod=readonly", CGO_ENABLED: "0" };
}

const missingGo =
  `found no "go" on PATH; Go ${needed} or newer builds what this machine lacks. ` +
  `Install it from go.dev/dl or your package manager, or put the missing tools on PATH yourself ` +
  `(toolchain/README.md lists them).`;

function explain(args: readonly string[], status: string, errors: string): string {
  const tail = errors.trimEnd().split("\n").slice(-tailLines).join("\n");
  const failed = `go ${args[0] ?? ""} ended with ${status}:\n${tail}\n`;
  if (tail.includes("requires go >= ")) {
    return `${failed}Go ${needed} or newer is needed: update it, or allow it to fetch its own newer version with GOTOOLCHAIN=auto.`;
  }
  if (/checksum mismatch|SECURITY ERROR/.test(tail)) {
    return `${failed}The download does not match toolchain/modules/*/go.sum. Do not continue: check where GOPROXY points.`;
  }
  if (tail.includes("no space left on device")) {
    return `${failed}A full build needs about 6 GB in Go's caches (go env GOCACHE GOMODCACHE) and 1 GB for the results.`;
  }
  if (/dial tcp|i\/o timeout|no such host|proxyconnect|Forbidden/.test(tail)) {
    return `${failed}Go could not reach its module proxy: check the connection and GOPROXY, then run the same command again; finished tools are kept.`;
  }
  return `${failed}Run the same command again; finished tools are kept.`;
}
