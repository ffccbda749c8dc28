import { Release } from "@pulumi/kubernetes/helm/v3/release";
import type { CustomResourceOptions, Input, Output } from "@pulumi/pulumi";
import type { NamespaceHandle } from "../namespace";
import {
  guardedOverrides,
  mergeValues,
  type ChartSource,
  type ChartValues,
  type GuardedValue,
} from "./chart";

interface ReleaseArgs {
  /** The release's exact name. Services are named after it, and certificates after the Services. */
  readonly releaseName: string;
  readonly namespace: Input<string>;
  readonly chart: ChartSource;
  readonly values: ChartValues;
  /** Values that are merged over `values`. */
  readonly overrides: ChartValues;
  /** Values that `overrides` must not change. */
  readonly guards: readonly GuardedValue[];
  /** Time limit of an installation or upgrade in seconds. */
  readonly timeout: number;
}

/** Name, namespace and revision of a deployed release. */
export interface DeployedRelease {
  readonly name: string;
  readonly namespace: string;
  /** Number of installations and upgrades so far. */
  readonly revision: number;
}

/**
 * A Helm release that rolls back if it fails, so that the next `up` starts from a working release.
 *
 * @throws Error if an override would change a guarded value.
 */
export function release(name: string, args: ReleaseArgs, options: CustomResourceOptions): Release {
  const { chart } = args;
  const refused = guardedOverrides(args.overrides, args.guards);
  if (refused.length > 0) {
    const reasons = refused.map(({ path, message }) => `value ${path} ${message}`);
    throw new Error(`release "${name}": ${reasons.join("; ")}`);
  }
  const source =
    "path" in chart
      ? { chart: chart.path }
      : chart.repository.startsWith("oci://")
        ? { chart: `${chart.repository}/${chart.name}`, version: chart.version }
        : { chart: chart.name, version: chart.version, repositoryOpts: { repo: chart.repository } };
  return new Release(
    name,
    {
      ...source,
      name: args.releaseName,
      namespace: args.namespace,
      values: mergeValues(args.values, args.overrides),
      atomic: true,
      timeout: args.timeout,
      maxHistory: 5,
    },
    options,
  );
}

/** Returns the name, namespace and revision of a release, once it is deployed. */
export function deployment(
  deployed: Release,
  name: string,
  namespace: NamespaceHandle,
): Output<DeployedRelease> {
  return deployed.status.apply(({ revision }) => ({ name, namespace: namespace.name, revision }));
}
