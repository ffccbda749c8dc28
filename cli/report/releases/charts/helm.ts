import { join } from "node:path";
import { helmWords } from "./helm-words";
import { runProgram } from "./program";
import type { TemporaryFolder } from "./temporary-folder";
import { NoHelm, Unavailable } from "./unavailable";

/** In milliseconds, for one run. */
const TIMEOUT = 60_000;

/** Runs Helm without a cluster. */
export type Helm = (args: readonly string[], input?: string) => Promise<HelmOutput>;

export interface HelmOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Helm with its own cache, so that this run shares nothing with others. It still uses the user's logins to registries.
 *
 * @param program its name or path.
 * @param project folder whose path is left out of messages.
 */
export function helmProgram(program: string, temporary: TemporaryFolder, project: string): Helm {
  return async (args, input = "") => {
    const home = temporary.path;
    const env = {
      ...process.env,
      HELM_CACHE_HOME: join(home, "cache"),
      HELM_REPOSITORY_CACHE: join(home, "cache", "repository"),
      HELM_NAMESPACE: undefined,
      KUBECONFIG: join(home, "no-cluster"),
    };
    const { stdout, stderr, failure } = await runProgram(program, args, {
      env,
      input,
      timeout: TIMEOUT,
    });
    if (failure === undefined) return { stdout, stderr };
    if (failure === "missing") {
      throw new NoHelm(
        `there is no program \`${program}\` to render charts with; install Helm 3.14 or later`,
      );
    }
    if (failure === "timeout") {
      throw new Unavailable(`\`helm ${args[0] ?? ""}\` did not finish within ${TIMEOUT / 1000} s`);
    }
    throw new Unavailable(helmWords(stderr, [home, project]));
  };
}
