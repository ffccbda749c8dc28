import { custom } from "../api";
import { installCrd } from "../kubectl";
import { spinnakerServiceCrd } from "./crd";

export { kubectl } from "../kubectl";

/** Makes the API server know SpinnakerService of a group, and waits until it does. */
export function installOperatorsCrd(group: string): Promise<string> {
  return installCrd(spinnakerServiceCrd(group));
}

/** Settings of a SpinnakerService, as far as tests read them. */
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
