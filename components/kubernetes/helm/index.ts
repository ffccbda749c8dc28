export { versionOfChart, type ChartContract, type ChartSource } from "./chart-contract";
export { mergeValues, type ChartValues, type GuardedValue } from "./chart-values";
export { deployment, release, type DeployedRelease, type ReleaseArgs } from "./release";
