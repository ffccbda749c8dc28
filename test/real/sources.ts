import { CHART as CHOREO_CONNECT_CHART } from "../../components/choreo-connect/chart";
import type { ChartContract } from "../../components/kubernetes/helm/chart";
import { BACKEND_CHART, ORCHESTRATOR_CHART } from "../../components/substra/charts";

/** A chart in a public git repository. */
export interface ChartInGit {
  /** `owner/name`. */
  readonly repository: string;
  /** The chart's folder in it; empty if the repository is the chart. */
  readonly folder: string;
  /** Returns the tag of a version. @default - a version is the newest commit whose Chart.yaml has it */
  readonly tag?: (version: string) => string;
}

/** A chart that Countersign deploys, with the versions to assemble. */
export interface DeployedChart extends ChartInGit {
  /** Defines the versions that Countersign supports; all of them are rendered. */
  readonly contract: ChartContract;
  /** Commits of the versions that are deployed through the program; they cover each shape that the chart has had. */
  readonly commits: Readonly<Record<string, string>>;
}

export const DEPLOYED_CHARTS: readonly DeployedChart[] = [
  {
    contract: ORCHESTRATOR_CHART,
    repository: "Substra/orchestrator",
    folder: "charts/orchestrator",
    commits: {
      "8.8.0": "45d322320e6745e68399b44212bc9cf8b00565b4",
      "7.5.0": "65f49816a4e42171e615983f813c67ffe78d0c8d",
    },
  },
  {
    contract: BACKEND_CHART,
    repository: "Substra/substra-backend",
    folder: "charts/substra-backend",
    commits: {
      "26.15.3": "8912bf6611ead8d53a14d36c1dde73307100e10a",
      "25.1.1": "79229019efb1e4494f2e3618502c29cd9ffd234c",
      "24.0.1": "fdfd1f775c492471acf706e0ef9cbd4ac10b2560",
      "22.5.0": "98e1e17e0db01d8eb7b58844ddb350a77e05711b",
    },
  },
  {
    contract: CHOREO_CONNECT_CHART,
    repository: "wso2/kubernetes-microgateway",
    folder: "helm/choreo-connect",
    commits: { "1.2.0-2": "37af104b91665d24163ac213f41bd576170b1da4" },
  },
];

const bitnami = (name: string): ChartInGit => ({
  repository: "bitnami/charts",
  folder: `bitnami/${name}`,
  tag: (version) => `${name}/${version}`,
});

/** Charts that others depend on, by name. */
export const SUB_CHARTS: Readonly<Record<string, ChartInGit>> = {
  common: bitnami("common"),
  minio: bitnami("minio"),
  postgresql: bitnami("postgresql"),
  redis: bitnami("redis"),
  "docker-registry": { repository: "twuni/docker-registry.helm", folder: "" },
  localstack: { repository: "localstack/helm-charts", folder: "charts/localstack" },
};

/** Custom resource definitions in a public git repository. */
export interface CrdsInGit {
  /** Name of the assembled folder. */
  readonly name: string;
  readonly repository: string;
  readonly revision: string;
  /** Folder of the definitions. */
  readonly folder: string;
}

export const CRDS: readonly CrdsInGit[] = [
  ...["v0.15.0", "v0.17.0", "v1.0.0", "v1.2.3"].map((revision) => ({
    name: `openchoreo-${revision.slice(1)}`,
    repository: "openchoreo/openchoreo",
    revision,
    folder: "config/crd/bases",
  })),
  {
    name: "spinnaker-operator",
    repository: "armory/spinnaker-operator",
    revision: "d92e68045855fd44396a2239d877599179d40fbc",
    folder: "deploy/crds",
  },
  // The first version with previews, and the one whose sources docs/operator.md is about.
  ...["v2.3.0", "v2.9.0"].map((revision) => ({
    name: `pulumi-operator-${revision.slice(1)}`,
    repository: "pulumi/pulumi-kubernetes-operator",
    revision,
    folder: "operator/config/crd/bases",
  })),
];
