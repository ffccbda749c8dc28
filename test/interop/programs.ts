import { readFileSync } from "node:fs";
import { join } from "node:path";
import { goEnvironment } from "../../toolchain/build";
import { cached, contentsBelow } from "./cache";
import { output } from "./process";

const sources = { go: join(__dirname, "go"), python: join(__dirname, "python") };

/** Timeout of `before` hooks that build, in ms. The first build takes minutes if Go's own caches are empty. */
export const BUILD_PATIENCE = 15 * 60_000;

/** Builds one of our programs in Go, by the name of its folder. */
export async function goProgram(
  name: "orchestrator" | "call" | "verify" | "kebab",
): Promise<string> {
  programs ??= built("go", sources.go, (folder) => ["-o", folder, "./..."]);
  return join(await programs, name);
}
let programs: Promise<string> | undefined;

/** Builds the real grpc_health_probe, which is part of the orchestrator's image. */
export async function healthProbe(): Promise<string> {
  probe ??= built("probe", join(sources.go, "probe"), (folder) => [
    "-o",
    join(folder, "grpc_health_probe"),
    "github.com/grpc-ecosystem/grpc-health-probe",
  ]);
  return join(await probe, "grpc_health_probe");
}
let probe: Promise<string> | undefined;

/**
 * Builds a module with `go build`, in the cache.
 *
 * @param what returns its arguments for the folder in the cache.
 */
export async function built(
  name: string,
  module: string,
  what: (folder: string) => string[],
): Promise<string> {
  const env = goEnvironment(process.env);
  const version = await output("go", ["env", "GOVERSION"], { env, cwd: module });
  return cached(name, [version, ...contentsBelow(module)], (folder) =>
    output("go", ["build", "-trimpath", "-buildvcs=false", ...what(folder)], {
      env,
      cwd: module,
      timeout: BUILD_PATIENCE,
    }),
  );
}

/** Returns a Python with grpcio, and the script of our client. */
export async function pythonClient(): Promise<{ interpreter: string; script: string }> {
  return { interpreter: await pythonEnvironment(), script: join(sources.python, "call.py") };
}

/** Returns a Python with grpcio. */
export async function pythonEnvironment(): Promise<string> {
  python ??= installed();
  return join(await python, "bin", "python");
}
let python: Promise<string> | undefined;

async function installed(): Promise<string> {
  const requirements = join(sources.python, "requirements.txt");
  // A venv belongs to one interpreter, with its path and version.
  const interpreter = await output("python3", [
    "-c",
    "import sys; print(sys.executable, sys.version)",
  ]);
  return cached("python", [interpreter, readFileSync(requirements, "utf8")], async (folder) => {
    await output("python3", ["-m", "venv", folder]);
    const options = [
      "--require-hashes",
      "--only-binary",
      ":all:",
      "--disable-pip-version-check",
      "--quiet",
    ];
    await output(
      join(folder, "bin", "python"),
      ["-m", "pip", "install", ...options, "-r", requirements],
      {
        timeout: BUILD_PATIENCE,
      },
    );
  });
}
