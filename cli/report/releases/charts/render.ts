import type { Helm } from "./helm";
import { once } from "./once";

/** What Helm is asked to render. */
export interface Rendering {
  /** Its path on this machine. */
  readonly chart: string;
  readonly release: string;
  readonly namespace: string;
  /** Values for templates, as JSON, which is YAML too. */
  readonly values: string;
  /** As for a release that exists already. */
  readonly isUpgrade: boolean;
  readonly withHooks: boolean;
  readonly withCustomResourceDefinitions: boolean;
  /** Renders it once more, to see what comes out by chance. @default 0 */
  readonly repetition?: number;
}

export interface Rendered {
  /** The manifests as YAML documents. */
  readonly text: string;
  readonly warnings: string;
}

/** @throws Unavailable with what Helm says. */
export type Renderer = (rendering: Rendering) => Promise<Rendered>;

/** The same is rendered once. */
export function renderer(helm: Helm): Renderer {
  const renderings = once<Rendered>();
  return (rendering) =>
    renderings(JSON.stringify(rendering), async () => {
      const { chart, release, namespace, values } = rendering;
      const args = [
        ...["template", `--namespace=${namespace}`],
        // Values are not for the list of processes, and leave no file.
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
