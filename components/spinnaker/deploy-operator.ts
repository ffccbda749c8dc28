import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import { output, type CustomResourceOptions, type Output, type Resource } from "@pulumi/pulumi";
import type { NamespaceHandle } from "../kubernetes";
import type { Installation } from "./installation";
import { merged, type Manifest } from "./targets/manifest";
import { apiVersionOf, spinnakerConfig, type ApiGroup } from "./targets/operator";
import type { SecretNames } from "./targets/secret-names";

/** A SpinnakerService, which is ours or somebody else's. */
export interface OperatorTarget {
  readonly kind: "operator";
  readonly apiGroup: ApiGroup;
  /** Name of the SpinnakerService; there is one in a namespace. */
  readonly name: string;
  /** What we deploy with mutual TLS added. @default - one that others deploy gets what is ours, and keeps the rest */
  readonly manifest?: Manifest | undefined;
}

/** Adds mutual TLS to a SpinnakerService; the Operator then rolls each Deployment whose files change their names. */
export function deployOperator(
  name: string,
  target: OperatorTarget,
  installation: Installation,
  namespace: NamespaceHandle,
  names: Output<SecretNames>,
  options: CustomResourceOptions,
): Output<Resource> {
  const ours = names.apply((known) => spinnakerConfig(installation, known));
  const { manifest } = target;
  if (manifest) {
    const { apiVersion, kind, metadata, spec, ...rest } = manifest;
    const whole = ours.apply((config) => merged(manifest, config, namespace.name));
    const deployed = new CustomResource(
      name,
      {
        ...rest,
        apiVersion,
        kind,
        metadata: { ...metadata, namespace: namespace.ready },
        spec: { ...spec, ...{ spinnakerConfig: whole.apply((each) => each.spec.spinnakerConfig) } },
      },
      options,
    );
    return output(deployed);
  }
  const patched = new CustomResourcePatch(
    name,
    {
      apiVersion: apiVersionOf(target.apiGroup),
      kind: "SpinnakerService",
      metadata: {
        name: target.name,
        namespace: namespace.ready,
        // What was set by hand before gives way, as the same setting in a manifest would.
        annotations: { "pulumi.com/patchForce": "true" },
      },
      spec: { spinnakerConfig: ours },
    },
    options,
  );
  return output(patched);
}
