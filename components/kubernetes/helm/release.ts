import { Release } from "@pulumi/kubernetes/helm/v3/release";
import type { CustomResourceOptions, Input, Output } from "@pulumi/pulumi";
import type { NamespaceHandle } from "../namespace";
import type { ChartSource } from "./chart-contract";
import { guardedOverrides, mergeValues, type ChartValues, type GuardedValue } from "./chart-values";

export interface ReleaseArgs {
  /** The release's exact name: Services are named after it, and certificates after those. */
  readonly releaseName: string;
  readonly namespace: Input<string>;
  readonly chart: ChartSource;
  readonly values: ChartValues;
  /** Merged over `values`. */
  readonly overrides: ChartValues;
  /** What `overrides` may not change. */
  readonly guards: readonly GuardedValue[];
  /** Seconds that an installation or upgrade may take. */
  readonly timeout: number;
}

/** Where a release is to be found. */
export interface DeployedRelease {
  readonly name: string;
  readonly namespace: string;
  /** Revisions count installations and upgrades. */
  readonly revision: number;
}

/**
 * A Helm release that rolls back when it fails, so that the next `up` starts from a release that works.
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

/** Where a release is, once it is deployed. */
export function deployment(
  deployed: Release,
  name: string,
  namespace: NamespaceHandle,
): Output<DeployedRelease> {
  return deployed.status.apply(({ revision }) => ({ name, namespace: namespace.name, revision }));
}
