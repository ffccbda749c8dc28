import { join } from "node:path";
import { holdsPrivateKey } from "../../../../x509/private-key-trace";
import { NoHelm, TIMEOUT, Unavailable, once, runProgram, type TemporaryFolder } from "./programs";

/** Runs Helm without a cluster. */
export type Helm = (args: readonly string[], input?: string) => Promise<HelmOutput>;

interface HelmOutput {
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

/** A chart that Helm is to render, and how. */
interface Rendering {
  /** The chart's path on this machine. */
  readonly chart: string;
  readonly release: string;
  readonly namespace: string;
  /** Values for templates as JSON, which is also YAML. */
  readonly values: string;
  /** Whether to render it as for a release that exists already. */
  readonly isUpgrade: boolean;
  readonly withHooks: boolean;
  readonly withCustomResourceDefinitions: boolean;
  /** A number other than 0 renders it once more, to find random content. @default 0 */
  readonly repetition?: number;
}

interface Rendered {
  /** The manifests as YAML documents. */
  readonly text: string;
  readonly warnings: string;
}

/** @throws Unavailable with Helm's message. */
export type Renderer = (rendering: Rendering) => Promise<Rendered>;

/** Creates a renderer that renders the same only once. */
export function renderer(helm: Helm): Renderer {
  const renderings = once<Rendered>();
  return (rendering) =>
    renderings(JSON.stringify(rendering), async () => {
      const { chart, release, namespace, values } = rendering;
      const args = [
        "template",
        `--namespace=${namespace}`,
        // By standard input, values show in no list of processes and leave no file.
        "--values=-",
        ...(rendering.isUpgrade ? ["--is-upgrade"] : []),
        ...(rendering.withHooks ? [] : ["--no-hooks"]),
        ...(rendering.withCustomResourceDefinitions ? ["--include-crds"] : []),
        "--",
        release,
        chart,
      ];
      const { stdout, stderr } = await helm(args, values);
      return { text: stdout, warnings: stderr };
    });
}

const NOISE = /^(WARNING:|Use --debug|level=(WARN|INFO|DEBUG)|\w+\.go:\d+:|\d{4}\/\d{2}\/\d{2} )/;

/** In characters; the rest of Helm's message is left out. */
const LONGEST = 400;

/** A text without the users, passwords and queries of its addresses. */
export function withoutCredentials(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'@]*(?:@[^\s/?#"'@]*)*@/gi, "$1")
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s?#"']*)[?#][^\s"']*/gi, "$1");
}

/**
 * Helm's message on standard error, as a clause without its warnings, hints and the paths of our temporary files.
 *
 * @param places paths that mean nothing to a reader.
 */
export function helmWords(stderr: string, places: readonly string[]): string {
  if (holdsPrivateKey(stderr)) return "its message holds a private key and is not shown";
  const lines = stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !NOISE.test(line));
  const text = places
    .reduce(
      (said, place) => said.replaceAll(`${place}/`, "").replaceAll(place, ""),
      lines.join(" "),
    )
    .replace(/^Error: /, "")
    .replace(/execution error at \(([^)]*)\): /, "")
    .replace(/\s+/g, " ")
    .trim();
  const words = withoutCredentials(text === "" ? "it said nothing" : text);
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}
