import { all, log, runtime, type Input, type Resource } from "@pulumi/pulumi";
import type { ClusterChoice } from "../components/kubernetes";
import { NamespaceReader } from "../components/kubernetes/waiting/read";
import { ReleaseWatch } from "../components/kubernetes/waiting/watch";

const RELEASE = "kubernetes:helm.sh/v3:Release";

/**
 * Watches every Helm release of this update, and reports what it waits for as a warning about the component that it
 * belongs to. The release itself has no URN until it is done.
 */
export function tellWhatReleasesWaitFor(choice: ClusterChoice): void {
  if (runtime.isDryRun()) return;
  const watch = new ReleaseWatch(() => NamespaceReader.open(choice));
  runtime.registerStackTransformation(({ type, resource, props, opts }) => {
    if (type !== RELEASE) return undefined;
    const { name, namespace } = props as { name: Input<string>; namespace: Input<string> };
    // A resource has outputs only after it has been registered.
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

/** Logs a warning. It is lost if the engine has already ended. */
function warn(line: string, about: Resource | undefined): void {
  log.warn(line, about).catch(() => undefined);
}
