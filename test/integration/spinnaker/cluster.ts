import { custom } from "../api";
import { installCrd } from "../kubectl";
import { spinnakerServiceCrd } from "./crd";

export { kubectl } from "../kubectl";

/** Defines the kind SpinnakerService of an API group in the API server, and waits until it is available. */
export function installOperatorsCrd(group: string): Promise<string> {
  return installCrd(spinnakerServiceCrd(group));
}

/** Settings of a SpinnakerService that tests read. */
export interface SpinnakerService {
  readonly spec: {
    readonly expose?: unknown;
    readonly spinnakerConfig: {
      readonly config?: unknown;
      readonly profiles?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
      readonly "service-settings"?: Readonly<Record<string, unknown>>;
    };
  };
}

export function spinnakerService(
  group: string,
  namespace: string,
): Promise<SpinnakerService | undefined> {
  return custom(`${group}/v1alpha2`, namespace, "spinnakerservices", "spinnaker");
}
