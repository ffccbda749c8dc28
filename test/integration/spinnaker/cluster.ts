import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { custom } from "../api";
import { until } from "../time";
import { workbench } from "../workbench";
import { spinnakerServiceCrd } from "./crd";

/** Runs the real kubectl. @returns what it prints. */
export async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const { environment } = await workbench();
  const running = promisify(execFile)("kubectl", [...args], {
    env: { ...process.env, ...environment },
    maxBuffer: 1 << 26,
  });
  running.child.stdin?.end(input);
  return (await running).stdout;
}

/** Makes the API server know SpinnakerService of a group, and waits until it does. */
export async function installOperatorsCrd(group: string): Promise<void> {
  await kubectl(["apply", "-f", "-"], spinnakerServiceCrd(group));
  await until(`the API server knows ${group}`, async () => {
    const printed = await kubectl(["get", "crd", `spinnakerservices.${group}`, "-o", "json"]);
    const { status } = JSON.parse(printed) as {
      status?: { conditions?: { type: string; status: string }[] };
    };
    return (status?.conditions ?? []).some(
      ({ type, status: state }) => type === "Established" && state === "True",
    );
  });
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
