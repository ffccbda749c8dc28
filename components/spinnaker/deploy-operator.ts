import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import { output, type CustomResourceOptions, type Output, type Resource } from "@pulumi/pulumi";
import type { NamespaceHandle } from "../kubernetes";
import type { Installation } from "./installation";
import type { SecretNames } from "./profiles";
import {
  apiVersionOf,
  merged,
  spinnakerConfig,
  type ApiGroup,
  type Manifest,
} from "./targets/operator";

/** A SpinnakerService that this stack or somebody else deploys. */
export interface OperatorTarget {
  readonly kind: "operator";
  readonly apiGroup: ApiGroup;
  /** Name of the SpinnakerService. A namespace has only one. */
  readonly name: string;
  /**
   * The manifest to deploy with mutual TLS added.
   * @default - others deploy it; it gets Countersign's settings and keeps the rest
   */
  readonly manifest?: Manifest | undefined;
}

/** Adds mutual TLS to a SpinnakerService. The Operator then rolls each Deployment whose files have new names. */
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
        spec: {
          ...spec,
          spinnakerConfig: whole.apply((each) => each.spec.spinnakerConfig),
        },
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
        // Replaces settings that were made by hand, as the same setting in a manifest would.
        annotations: { "pulumi.com/patchForce": "true" },
      },
      spec: { spinnakerConfig: ours },
    },
    options,
  );
  return output(patched);
}
