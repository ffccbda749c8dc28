import { all, log, runtime, type Input, type Resource } from "@pulumi/pulumi";
import type { ClusterChoice } from "../components/kubernetes";
import { NamespaceReader } from "../components/kubernetes/waiting/read";
import { ReleaseWatch } from "../components/kubernetes/waiting/watch";

const RELEASE = "kubernetes:helm.sh/v3:Release";

/**
 * Has every Helm release of this update watched, and what it waits for told as a warning of the component that it
 * belongs to. The release itself has no URN until it is done.
 */
export function tellWhatReleasesWaitFor(choice: ClusterChoice): void {
  if (runtime.isDryRun()) return;
  const watch = new ReleaseWatch(() => NamespaceReader.open(choice));
  runtime.registerStackTransformation(({ type, resource, props, opts }) => {
    if (type !== RELEASE) return undefined;
    const { name, namespace } = props as { name: Input<string>; namespace: Input<string> };
    // Only when the resource has been registered has it outputs.
    queueMicrotask(() => {
      all([name, namespace]).apply(([releaseName, where]) => {
        const end = watch.begin({ name: releaseName, namespace: where }, (line) =>
          warn(line, opts.parent),
        );
        resource.urn.apply(end);
      });
    });
    return undefined;
  });
}

/** An engine that has ended hears no warning any more. */
function warn(line: string, about: Resource | undefined): void {
  log.warn(line, about).catch(() => undefined);
}
