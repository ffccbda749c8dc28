import { stringify } from "yaml";
import { WORKLOAD } from "../../../components/choreo/openchoreo";
import { kubectl } from "../kubectl";

const READY = {
  status: {
    conditions: [
      {
        ...{ type: "Ready", status: "True", reason: "Ready", message: "" },
        lastTransitionTime: "2026-01-01T00:00:00Z",
      },
    ],
  },
};

/** A release's record of its component's type, which the real definition requires (OpenChoreo 1.0.0 to 1.2.3). */
const COMPONENT_TYPE = {
  ...{ kind: "ComponentType", name: "service" },
  spec: {
    workloadType: "proxy",
    resources: [{ id: "service", template: { apiVersion: "v1", kind: "Service" } }],
  },
};

/** Makes an environment run components' current Workloads, as OpenChoreo does for a Component with autoDeploy. */
export async function release(
  namespace: string,
  environment: string,
  ...components: readonly string[]
): Promise<void> {
  const { apiVersion } = WORKLOAD;
  for (const name of components) {
    const printed = await kubectl([
      "get",
      "workloads.openchoreo.dev",
      name,
      "-n",
      namespace,
      "-o",
      "json",
    ]);
    const { spec, metadata } = JSON.parse(printed) as {
      spec: { owner: object };
      metadata: { generation: number };
    };
    const { owner, ...workload } = spec;
    const releaseName = `${name}-${metadata.generation}`;
    const binding = `${name}-${environment}`;
    const objects = [
      {
        ...{ apiVersion, kind: "ComponentRelease", metadata: { name: releaseName, namespace } },
        spec: { owner, componentType: COMPONENT_TYPE, workload },
      },
      {
        ...{ apiVersion, kind: "ReleaseBinding", metadata: { name: binding, namespace } },
        spec: { owner, environment, releaseName },
      },
    ];
    await kubectl(["apply", "-f", "-"], objects.map((each) => stringify(each)).join("---\n"));
    await kubectl([
      ...["patch", "releasebindings.openchoreo.dev", binding, "--namespace", namespace],
      ...["--subresource", "status", "--type", "merge", "--patch", JSON.stringify(READY)],
    ]);
  }
}
