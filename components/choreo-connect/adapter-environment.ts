import { Output } from "@pulumi/pulumi";
import { mergeValues, type ChartValues } from "../kubernetes/helm";
import { isMap } from "../kubernetes/helm/chart-values";
import type { Variable } from "./adapter/variables";

/**
 * Appends variables to those in a user's values for the adapter, since a list in the user's values would replace
 * Countersign's.
 */
export function withVariables(overrides: ChartValues, variables: readonly Variable[]): ChartValues {
  const adapter = mapIn(mapIn(mapIn(overrides, "wso2"), "deployment"), "adapter");
  if (!("envOverride" in adapter)) return overrides;
  const behind = (own: unknown): unknown[] => {
    const given: readonly unknown[] = Array.isArray(own) ? own : [];
    return [...given, ...variables];
  };
  const { envOverride: own } = adapter;
  const envOverride = Output.isInstance(own) ? own.apply(behind) : behind(own);
  return mergeValues(overrides, { wso2: { deployment: { adapter: { envOverride } } } });
}

function mapIn(values: ChartValues, key: string): ChartValues {
  const found = values[key];
  return isMap(found) ? found : {};
}
