import { join } from "node:path";
import valid from "semver/functions/valid";
import { z } from "zod";
import {
  guardedOverrides,
  type ChartSource,
  type GuardedValue,
} from "../components/kubernetes/helm/chart";
import { whyNoFile } from "../host";
import { about, code } from "./about";
import { section } from "./fields";
import { path } from "./paths";
import { shown } from "./problems";

/** Documentation of every key `createNamespace`. */
export const createNamespaceAbout = about(
  "Whether the stack creates the namespace; otherwise it must already exist",
  true,
);

/** Keys that every release has. */
export const release = {
  createNamespace: z.boolean().default(true).meta(createNamespaceAbout),
  timeout: z
    .int()
    .min(1)
    .max(7200)
    .default(600)
    .meta(about("Seconds for an installation or upgrade, which is rolled back if it fails", 900)),
};

/** Values that are merged over the computed ones; those that would break TLS are refused. */
export function values(guards: readonly GuardedValue[]) {
  return chartValues
    .superRefine((overrides, context) => {
      for (const { path, message } of guardedOverrides(overrides, guards)) {
        context.addIssue({ code: "custom", path: path.split("."), message });
      }
    })
    .meta(
      about("Helm values merged over the defaults; those that would break TLS are refused", {
        nodeSelector: { pool: "tls" },
      }),
    );
}

/** Values that are merged over the computed ones. Each chart checks which values they must not change. */
export const chartValues = z.record(z.string(), z.unknown()).default({});

/** A chart of a repository. */
interface RemoteChart {
  readonly repository: string;
  readonly name: string;
  readonly version: string;
}

/** A chart; missing settings of a repository's chart come from the defaults. */
export function chart(defaults: RemoteChart) {
  const ifAbsent = {
    repository: code(defaults.repository),
    name: code(defaults.name),
    version: code(defaults.version),
  };
  return chartKeys(defaults, ifAbsent)
    .transform(({ path: folder, ...remote }, context): ChartSource => {
      if (folder === undefined) return { ...defaults, ...withoutUndefined(remote) };
      if (Object.keys(remote).length === 0) return { path: folder };
      context.addIssue(BOTH_CHARTS);
      return z.NEVER;
    })
    .prefault({})
    .meta(about("The Helm chart that is installed", undefined, "the real chart"));
}

/** Any chart: a folder, or all three settings of a repository's chart. */
export const anyChart = chartKeys(
  { repository: "https://charts.example", name: "orders", version: "1.2.3" },
  { repository: undefined, name: undefined, version: undefined },
)
  .transform(({ path: folder, ...remote }, context): ChartSource => {
    const given = withoutUndefined(remote);
    const { repository, name, version } = given;
    if (folder !== undefined) {
      if (Object.keys(given).length === 0) return { path: folder };
      context.addIssue(BOTH_CHARTS);
    } else if (repository !== undefined && name !== undefined && version !== undefined) {
      return { repository, name, version };
    } else {
      context.addIssue("needs a path, or a repository with a name and a version");
    }
    return z.NEVER;
  })
  .meta(about("The Helm chart that is installed"));

const BOTH_CHARTS = "has both a path and a repository's chart; write only one of them";

/** Keys of a chart, with an example of each. */
function chartKeys(
  example: RemoteChart,
  ifAbsent: Readonly<Record<keyof RemoteChart, string | undefined>>,
) {
  return section({
    path: path("folder")
      .transform((folder, context) => {
        const problem = whyNoFile(join(folder, "Chart.yaml"));
        if (problem === undefined) return folder;
        const found = problem.isMissing ? "no Chart.yaml there" : `Chart.yaml ${problem.predicate}`;
        context.addIssue(
          `there is no chart at ${shown(folder)} (${found}); the path is relative to Pulumi.yaml`,
        );
        return z.NEVER;
      })
      .optional()
      .meta(about("Folder of a chart that replaces the repository's", `charts/${example.name}`)),
    repository: z
      .url({
        protocol: /^(https|oci)$/,
        error: (issue) => `found ${shown(issue.input)}; write a https:// or oci:// URL`,
      })
      .optional()
      .meta(about("Repository of the chart", "oci://charts.example", ifAbsent.repository)),
    name: z
      .string()
      .min(1)
      .optional()
      .meta(about("Name of the chart", example.name, ifAbsent.name)),
    version: z
      .string()
      .refine((version) => valid(version) === version, {
        error: (issue) =>
          `found ${shown(issue.input)}; write one exact version such as ${example.version}: a range would change the deployment without a change to the configuration`,
      })
      .optional()
      .meta(about("Version of the chart", example.version, ifAbsent.version)),
  });
}

/** Removes keys whose value is undefined, since exactOptionalPropertyTypes requires an optional key to be absent. */
function withoutUndefined<T extends object>(
  value: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
