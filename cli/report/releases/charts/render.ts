import type { Helm } from "./helm";
import { once } from "./once";

/** A chart that Helm is to render, and how. */
export interface Rendering {
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

export interface Rendered {
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
        ...["template", `--namespace=${namespace}`],
        // By standard input, values show in no list of processes and leave no file.
        "--values=-",
        ...(rendering.isUpgrade ? ["--is-upgrade"] : []),
        ...(rendering.withHooks ? [] : ["--no-hooks"]),
        ...(rendering.withCustomResourceDefinitions ? ["--include-crds"] : []),
        ...["--", release, chart],
      ];
      const { stdout, stderr } = await helm(args, values);
      return { text: stdout, warnings: stderr };
    });
}
